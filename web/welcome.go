package web

import "net/http"

// A welcome is what a link leads to: a button. Opening the page uses nothing up, so that
// mail scanners, previews and a second look do no harm; the form that the button sends
// does. The key stands in the address and in the form, and is told nobody else: pages
// are not kept, send no Referer, and no address is logged.
type welcome struct {
	Key    string
	Notice string
}

func (w *Web) welcomePage(v *visit) (view, error) {
	return view{page: "welcome", title: v.say("welcome.title"), body: welcome{Key: v.r.URL.Query().Get("key")}}, nil
}

func (w *Web) welcome(v *visit) (view, error) {
	token, err := w.Door.Redeem(v.r.Context(), v.r.PostFormValue("key"))
	if p := problemOf(err); p != nil && p.Status < http.StatusInternalServerError {
		return view{page: "welcome", title: v.say("welcome.title"), status: http.StatusForbidden, body: welcome{Notice: v.say("welcome.spent")}}, nil
	}
	if err != nil {
		return view{}, err
	}
	return w.letIn(v, token, "/"), nil
}
