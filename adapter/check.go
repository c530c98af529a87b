package adapter

import (
	"fmt"
	"regexp"

	"callas"
)

// e164 is a number as every platform's wire carries it: at most 15 digits (ITU-T E.164).
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// Check reports why an identity must not leave for the wire. Names and URIs were
// held to the same rules when they were entered; here they are held to them again,
// whoever wrote the facts: a line break in a name is a SIP header on the callee's
// phone. Fields other than the name may be empty.
func Check(id callas.Identity) error {
	if err := callas.CheckName(id.Name); err != nil {
		return fmt.Errorf("identity: name %w", err)
	}
	if id.URI != "" {
		if err := callas.CheckURI(id.URI); err != nil {
			return fmt.Errorf("identity: uri %w", err)
		}
	}
	if id.Number != "" && !e164.MatchString(id.Number) {
		return fmt.Errorf("identity: number %q is not E.164: + and 2 to 15 digits", id.Number)
	}
	if id.Asserted != "" && !e164.MatchString(id.Asserted) {
		return fmt.Errorf("identity: asserted number %q is not E.164: + and 2 to 15 digits", id.Asserted)
	}
	return nil
}
