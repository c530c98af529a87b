package dialplan

import "github.com/nyaruka/phonenumbers"

// Spell writes an E.164 number as people read it (ITU-T E.123): +44 20 7946 0100. What is
// none stays as it is.
func Spell(e164 string) string {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return e164
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
