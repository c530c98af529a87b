package wire

import (
	"slices"

	"callas"
)

// An Inquiry is a question as people ask it, who may not have a certain target in mind:
//
//	{"agent":"anna","class":"pstn","call_as":"help"}
type Inquiry struct {
	Question
	Class callas.Class // of any target, where Target is empty
}

// classes that can be asked about without a target.
var classes = []callas.Class{callas.PSTN, callas.Internal, callas.Federated}

// ReadInquiry reads a body that is one inquiry. An error is an *Error.
func ReadInquiry(body []byte) (Inquiry, error) {
	in := cursor{b: body, s: string(body)}
	var q Inquiry
	err := in.members("", append([]string{"class"}, fields...), func(name string) error {
		value, err := in.string("", name)
		switch {
		case err != nil:
			return err
		case name != "class":
			return q.set("", name, value)
		}
		if q.Class = callas.Class(value); !slices.Contains(classes, q.Class) {
			return wrong("/class", "%.64q: want pstn, internal or federated, or a target in its place", value)
		}
		return nil
	})
	if err == nil {
		err = in.end()
	}
	switch {
	case err != nil:
	case q.Class != "" && q.Target != "":
		err = wrong("/class", "stands beside a target, whose class the dial plan tells: send one of them")
	case q.Class != "":
		q.Target = "any" // is complete without one
		err = q.complete("")
		q.Target = ""
	default:
		err = q.complete("")
	}
	return q, err
}
