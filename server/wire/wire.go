// Package wire reads what telephony platforms ask, as it travels: JSON of a few known
// fields that hold strings.
//
// It is read by hand because every call passes here, and strictly because a misspelt
// or doubled call_as must never be overlooked: it could make a call go out as a
// service that should have gone out as the agent. It classifies no target and decides
// nothing.
package wire

import (
	"fmt"
	"slices"

	"callas"
)

// A Question is one call, as it is asked about:
//
//	{"agent":"anna","target":"tel:+41791234567","modality":"audio","call_as":"help",
//	 "call_id":"a84b4c76e66710","platform":"kamailio","min_revision":"42.k3Jx"}
//
// Agent and target are required; every value is a string.
type Question struct {
	Agent       string // an id or any alias
	Target      string // as dialled
	Modality    callas.Modality
	CallAs      string // a service's id, callas.CallAsNone, or empty: the agent's selection
	CallID      string
	Platform    string
	MinRevision string
}

// An Error is what is wrong with what was sent, at a JSON pointer.
type Error callas.Problem

// Error tells it in one line.
func (e *Error) Error() string {
	if e.Pointer == "" {
		return e.Detail
	}
	return e.Pointer + " " + e.Detail
}

func wrong(pointer, format string, args ...any) error {
	return &Error{Pointer: pointer, Detail: fmt.Sprintf(format, args...)}
}

// ReadQuestion reads a body that is one question. An error is an *Error.
func ReadQuestion(body []byte) (Question, error) {
	in := cursor{b: body, s: string(body)}
	q, err := in.question("")
	if err == nil {
		err = in.end()
	}
	return q, err
}

// fields are a question's, in the order that people read them.
var fields = []string{"agent", "target", "modality", "call_as", "call_id", "platform", "min_revision"}

// question reads one object; at is its JSON pointer.
func (in *cursor) question(at string) (q Question, err error) {
	err = in.members(at, fields, func(name string) error {
		value, err := in.string(at, name)
		if err != nil {
			return err
		}
		return q.set(at, name, value)
	})
	if err == nil {
		err = q.complete(at)
	}
	return q, err
}

func (q *Question) set(at, name, value string) error {
	switch name {
	case "agent":
		q.Agent = value
	case "target":
		q.Target = value
	case "modality":
		if q.Modality = callas.Modality(value); !slices.Contains(callas.Modalities, q.Modality) {
			return wrong(at+"/modality", "%.64q: want audio, video or im", value)
		}
	case "call_as":
		if q.CallAs = value; value == "" {
			return wrong(at+"/call_as", `is empty: name a service, write "none" to call as the agent, or leave it out for the agent's selection`)
		}
	case "call_id":
		q.CallID = value
	case "platform":
		q.Platform = value
	case "min_revision":
		q.MinRevision = value
	}
	return nil
}

// complete finds what is missing, and fills in the modality.
func (q *Question) complete(at string) error {
	switch {
	case q.Agent == "":
		return wrong(at+"/agent", "is missing: the id, SIP URI, extension or number of who calls")
	case q.Target == "":
		return wrong(at+"/target", "is missing: whom the call is for, as it was dialled")
	case q.Modality == "":
		q.Modality = callas.Audio
	}
	return nil
}
