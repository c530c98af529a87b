package main

import "bytes"

// A question has the fields of POST /v1/resolve.
type question struct {
	agent, target, modality, callAs []byte
}

// decode reads a flat JSON object of strings without escapes, by hand: what it
// takes at the least to know what is asked. It reports whether that is there.
func decode(b []byte) (q question, ok bool) {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return q, false
	}
	for b = b[1:]; len(b) > 1; {
		name, rest, ok := text(b)
		if !ok || len(rest) == 0 || rest[0] != ':' {
			return q, false
		}
		value, rest, ok := text(rest[1:])
		if !ok || len(rest) == 0 {
			return q, false
		}
		switch string(name) {
		case "agent":
			q.agent = value
		case "target":
			q.target = value
		case "modality":
			q.modality = value
		case "call_as":
			q.callAs = value
		}
		b = rest[1:]
	}
	return q, len(q.agent) > 0 && len(q.target) > 0
}

// text takes a string off the front.
func text(b []byte) (value, rest []byte, ok bool) {
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != '"' {
		return nil, nil, false
	}
	end := bytes.IndexByte(b[1:], '"')
	if end < 0 {
		return nil, nil, false
	}
	return b[1 : 1+end], bytes.TrimLeft(b[2+end:], " \t\r\n"), true
}

const constant = `{"decision":"01J8Z0000000000000000000","as":"service","service":"help001",` +
	`"identity":{"name":"Help 1","number":"+442079460003","uri":"sip:help001@acme.example","asserted":"+442079460003"},` +
	`"target":{"class":"pstn","number":"+447700900123","uri":"tel:+447700900123","country":"GB"},"reasons":[],` +
	`"revision":"42.k3JxQ0aZ3m8","policy":"sha256:0000000000000000000000000000000000000000000000000000000000000000","stale":false}`
