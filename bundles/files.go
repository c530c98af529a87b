package bundles

// Files returns the default bundle as a folder to start from: each file's text by
// its slash-separated path, tests and schemas among them.
func Files() (map[string][]byte, error) {
	pages, err := collect(Default)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(pages))
	for _, p := range pages {
		files[p.path] = p.text
	}
	return files, nil
}
