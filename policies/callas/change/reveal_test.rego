package callas.change_test

import data.callas.change
import data.callas.company

test_reveal[tc.note] if {
	some tc in [
		{"note": "an administrator may be shown whom a call was for", "by": _admin, "reasons": []},
		{"note": "an auditor may too", "by": _auditor, "reasons": []},
		{"note": "a supervisor may not", "by": _supervisor, "reasons": ["role"]},
		{"note": "an agent may not, of their own calls neither", "by": _agent, "reasons": ["role"]},
		{"note": "a platform may not", "by": _platform, "reasons": ["role"]},
		{"note": "a role that nobody knows may not", "by": {"name": "x", "role": "owner"}, "reasons": ["role"]},
	]
	asked := {"by": tc.by, "action": "reveal", "kind": "decision", "id": "FIRST", "before": null, "after": null, "fields": []}
	got := change.decision with input as asked
		with data.state as company.state
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
}
