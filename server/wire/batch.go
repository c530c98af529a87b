package wire

import "strconv"

// ReadBatch reads up to most questions, and the revision that all of them want:
//
//	{"calls":[{"agent":"anna","target":"2002"}, ...],"min_revision":"42.k3Jx"}
//
// An error is an *Error.
func ReadBatch(body []byte, most int) (questions []Question, minRevision string, err error) {
	in := cursor{b: body}
	err = in.members("", []string{"calls", "min_revision"}, func(name string) (err error) {
		if name == "calls" {
			questions, err = in.questions(most)
			return err
		}
		minRevision, err = in.string("", name)
		return err
	})
	if err == nil {
		err = in.end()
	}
	if err == nil && questions == nil {
		err = wrong("/calls", "is missing: a list of calls, each as for /v1/resolve")
	}
	return questions, minRevision, err
}

func (in *cursor) questions(most int) ([]Question, error) {
	if !in.take('[') {
		return nil, wrong("/calls", "%s, want an array", in.kind())
	}
	all := []Question{}
	if in.take(']') {
		return all, nil
	}
	for {
		at := "/calls/" + strconv.Itoa(len(all))
		if len(all) == most {
			return nil, wrong(at, "is one too many: at most %d calls a batch", most)
		}
		q, err := in.question(at)
		if err != nil {
			return nil, err
		}
		if q.MinRevision != "" {
			return nil, wrong(at+"/min_revision", "belongs beside calls: a batch has one snapshot")
		}
		all = append(all, q)
		if in.take(']') {
			return all, nil
		}
		if !in.take(',') {
			return nil, in.broken()
		}
	}
}

// ReadReason reads {"reason":"..."}, which may be left out. An error is an *Error.
func ReadReason(body []byte) (reason string, err error) {
	in := cursor{b: body}
	err = in.members("", []string{"reason"}, func(name string) (err error) {
		reason, err = in.string("", name)
		return err
	})
	if err == nil {
		err = in.end()
	}
	return reason, err
}
