package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed css js img fonts
var files embed.FS

// An asset is a file as it is sent: its name holds a hash of what is in it, so that it may
// be kept for ever and is never old.
type asset struct {
	media string
	plain []byte
	gzip  []byte // nil: not worth it
}

// assets are the files beside the pages. The parts of the stylesheet and of the script
// become one each.
type assets struct {
	byURL map[string]asset
	urls  map[string]string // by name: css/callas.css
}

// The stylesheet and the script, made of every numbered file of theirs in that order. A
// script without a number is one of its own: a library, or what one page alone needs.
const (
	stylesheet = "css/callas.css"
	script     = "js/callas.js"
)

func numbered(name string) bool {
	first := path.Base(name)[0]
	return '0' <= first && first <= '9'
}

func openAssets() (*assets, error) {
	a := &assets{byURL: map[string]asset{}, urls: map[string]string{}}
	var css, js bytes.Buffer
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(name, ".css"):
			css.Write(text)
		case strings.HasSuffix(name, ".js") && numbered(name):
			js.Write(terse(text))
		default:
			a.add(name, text)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.add(script, js.Bytes())
	// Fonts and pictures are named in the stylesheet by their plain names.
	names := make([]string, 0, 2*len(a.urls))
	for name, url := range a.urls {
		names = append(names, "/static/"+name, url)
	}
	a.add(stylesheet, []byte(strings.NewReplacer(names...).Replace(css.String())))
	return a, nil
}

// terse is a script without the lines that are comments, and without its indents. No
// text in a script goes over more than one line.
func terse(script []byte) []byte {
	var out []byte
	for line := range bytes.Lines(script) {
		line = bytes.TrimLeft(line, " \t")
		if !bytes.HasPrefix(line, []byte("//")) && !bytes.HasPrefix(line, []byte("/*")) {
			out = append(out, line...)
		}
	}
	return out
}

func (a *assets) add(name string, text []byte) {
	sum := sha256.Sum256(text)
	ext := path.Ext(name)
	url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	file := asset{media: mediaOf(ext), plain: text}
	if !slices.Contains([]string{".woff2", ".png"}, ext) {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err == nil {
			_, _ = z.Write(text) // into memory: neither fails
			_ = z.Close()
			file.gzip = b.Bytes()
		}
	}
	a.byURL[url], a.urls[name] = file, url
}

// mediaOf does not ask the machine, whose tables differ.
func mediaOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(ext)
}

// url is where an asset is found; a template that names one that is not there is broken.
func (a *assets) url(name string) (string, error) {
	url, ok := a.urls[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return url, nil
}

// ServeHTTP sends an asset.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.byURL[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := file.plain
	if file.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = file.gzip
		}
	}
	http.ServeContent(w, r, "", noTime, bytes.NewReader(body))
}
