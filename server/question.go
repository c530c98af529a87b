package server

// A question is what a platform asks, as it travels:
//
//	{"agent":"anna","target":"tel:+41791234567","modality":"audio","call_as":"help",
//	 "call_id":"a84b4c76e66710","platform":"kamailio","min_revision":"42.k3Jx"}
//
// Agent and target are required; every value is a string.
type question struct {
	agent, target, modality, callAs, callID, platform, minRevision string
}

var questionFields = []string{"agent", "target", "modality", "call_as", "call_id", "platform", "min_revision"}

func (q *question) field(name string) *string {
	switch name {
	case "agent":
		return &q.agent
	case "target":
		return &q.target
	case "modality":
		return &q.modality
	case "call_as":
		return &q.callAs
	case "call_id":
		return &q.callID
	case "platform":
		return &q.platform
	case "min_revision":
		return &q.minRevision
	}
	return nil
}

// readQuestion reads a body that is one question.
func readQuestion(body []byte) (question, error) {
	in := cursor{b: body}
	q, err := in.question("")
	if err == nil {
		err = in.end()
	}
	return q, err
}

// question reads one object; at is its JSON pointer.
func (in *cursor) question(at string) (q question, err error) {
	var seen [8]*string
	n := 0
	err = in.object(at, func(name string) error {
		to := q.field(name)
		if to == nil {
			return badAt(at+"/"+pointerName(name), "unknown field %.64q%s", name, didYouMean(name, questionFields))
		}
		for _, before := range seen[:n] {
			if before == to {
				return badAt(at+"/"+name, "is there twice: send it once")
			}
		}
		seen[n], n = to, n+1
		if in.next() != '"' {
			return badAt(at+"/"+name, "%s, want a string%s", in.kind(), nullHint(name, in.next()))
		}
		*to, err = in.text(at + "/" + name)
		if err == nil && *to == "" && name == "call_as" {
			return badAt(at+"/call_as", `is empty: name a service, write "none" to call as the agent, or leave it out for the agent's selection`)
		}
		return err
	})
	return q, err
}

func nullHint(name string, c byte) string {
	if name == "call_as" && c == 'n' {
		return ` (write "none" to call as the agent, or leave it out for the agent's selection)`
	}
	return ""
}
