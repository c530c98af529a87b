package server

// ReadQuestion is readQuestion, with the fields by name.
func ReadQuestion(body []byte) (map[string]string, error) {
	q, err := readQuestion(body)
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	for _, name := range questionFields {
		if v := *q.field(name); v != "" {
			fields[name] = v
		}
	}
	return fields, nil
}

// DidYouMean is didYouMean.
func DidYouMean(word string, known []string) string { return didYouMean(word, known) }

// Sweep is one round of Sweep.
var SweepOnce = (*Server).sweep
