package wire

import (
	"slices"

	"callas"
)

// An Inquiry is a question as people ask it, who may not have a certain target in mind:
//
//	{"agent":"anna","class":"pstn","call_as":"help"}
//	{"at":"5V2XQK3JTB7LMPZC6RNA4D7E"}
type Inquiry struct {
	Question
	Class callas.Class // of any target, where Target is empty
	At    string       // a recorded decision, which has its own agent and target: then nothing else is said
}

// classes that can be asked about without a target.
var classes = []callas.Class{callas.PSTN, callas.Internal, callas.Federated}

// ReadInquiry reads a body that is one inquiry. An error is an *Error.
func ReadInquiry(body []byte) (Inquiry, error) {
	in := cursor{b: body, s: string(body)}
	var q Inquiry
	said := 0
	err := in.members("", append([]string{"at", "class"}, fields...), func(name string) error {
		value, err := in.string("", name)
		said++
		switch {
		case err != nil:
			return err
		case name == "at":
			if q.At = value; value == "" {
				return wrong("/at", "is empty: name a recorded decision, or leave it out")
			}
			return nil
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
	case q.At != "" && said > 1:
		err = wrong("/at", "names a recorded decision, which has its own agent and target: leave the others out")
	case q.At != "":
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
