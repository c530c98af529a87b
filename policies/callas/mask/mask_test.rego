package callas.mask_test

import data.callas.mask

test_as_shipped_it_is_the_setting[setting] if {
	some setting in ["mask", "clear", "pseudonym", "drop"]
	mask.callee == setting with input as {"agent": "anna", "setting": setting}
}

test_without_a_setting_it_says_nothing if not mask.callee with input as {}
