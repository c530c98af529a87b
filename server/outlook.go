package server

import (
	"bytes"

	"callas"
	"callas/settings"
	"callas/source"
)

// An outlook is what a change of one row would do, and whether the asker may make it.
type outlook struct {
	*settings.Outlook
	Refused []callas.Reason `json:"refused"` // what policy has against it; nothing: the asker may
}

// planRow answers what a merge patch of a row would do, and null, as it stands in a merge
// patch for what is taken away, what deleting it would. Nothing is changed.
func (s *Server) planRow(r *request, k callas.Kind) (answer, error) {
	sn, id := r.read(s.State.Snapshot()), r.http.Param("id")
	v, err := s.see(r, sn)
	if err != nil {
		return answer{}, err
	}
	current, err := v.find(r, k, id)
	if err != nil {
		return answer{}, err
	}
	make := s.patched
	if string(bytes.TrimSpace(r.body)) == "null" {
		make = s.deletion
	}
	row, err := make(r, k, id, current)
	if err != nil {
		return answer{}, err
	}
	writes := []source.Write{{Kind: k, ID: id, Row: row, If: source.At(current.Revision())}}
	refused, err := against(r.ctx, s.Engine.Verdicts(sn), r.by, sn, writes[0])
	if err != nil {
		return answer{}, err
	}
	if refused == nil {
		refused = []callas.Reason{}
	}
	leave, err := s.ahead.take(r.ctx)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	out, found, err := settings.Forecast{Numbers: s.Plan, Menus: s.Engine, Visible: v.visible()}.Outlook(r.ctx, sn, writes)
	if err != nil {
		return answer{}, err
	}
	if len(found) > 0 {
		return answer{}, unfit(v.visible(), sn, writes, found)
	}
	return answer{json: outlook{out, refused}, etag: current.Revision()}, nil
}
