package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"callas"
	"callas/hint"
	"callas/state"
)

// The topics.
const (
	topicMe        = "me"        // an agent's own menu and session
	topicChanges   = "changes"   // what is changed, of what one may see
	topicDecisions = "decisions" // what is decided, of what one may see
)

var topicNames = []string{topicMe, topicChanges, topicDecisions}

func (s *Server) eventRoutes() []route {
	return []route{{method: http.MethodGet, path: "/v1/events", who: anyone, do: s.events}}
}

func newTopics(s *Server) map[string]*topic {
	return map[string]*topic{
		topicMe:        newTopic(topicMe, s.watchMenus),
		topicChanges:   newTopic(topicChanges, s.watchChanges),
		topicDecisions: newTopic(topicDecisions, s.watchDecisions),
	}
}

// events opens a stream on a topic. Whether its reader may read it is asked again as
// long as it is open.
func (s *Server) events(r *request) (answer, error) {
	values := r.http.Request.URL.Query()
	name, filter, err := topicQuery(values)
	if err != nil {
		return answer{}, err
	}
	v, err := s.seeTopic(r, name)
	if err != nil {
		return answer{}, err
	}
	st := newStream(r.by)
	st.agent, st.choice = v.agent, filter
	t := s.topics[name]
	if err := s.room(r, t); err != nil {
		return answer{}, err
	}
	if name == topicDecisions {
		if err := s.greetDecisions(r, v, st); err != nil {
			return answer{}, err
		}
	}
	// What stays open must not hold on to the facts that it began with.
	return answer{media: "text/event-stream", header: map[string]string{"X-Accel-Buffering": "no"},
		handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			t.join(st)
			defer t.leave(st)
			(&teller{s, st, w, http.NewResponseController(w)}).run(r, func() error { return s.still(r, name, st) })
		})}, nil
}

// still reports why a stream's reader may not read it any more.
func (s *Server) still(r *request, name string, st *stream) error {
	if err := s.admit(r, anyone); err != nil {
		return err
	}
	v, err := s.seeTopic(r, name)
	if err == nil && (!samePrincipal(r.by, st.by) || v.agent != st.agent) {
		return refuse(unauthenticated, "the token is another's now")
	}
	return err
}

// topicQuery reads the topic and, of decisions, which ones.
func topicQuery(values url.Values) (string, recordChoice, error) {
	said := values["topic"]
	delete(values, "topic")
	if len(said) != 1 {
		return "", recordChoice{}, badAt("/topic", "give one topic: %s", strings.Join(topicNames, ", "))
	}
	if !slices.Contains(topicNames, said[0]) {
		return "", recordChoice{}, badAt("/topic", "there is no topic %.64q%s", said[0], hint.OneOf(said[0], topicNames))
	}
	if said[0] == topicDecisions {
		q, err := decisionQuery(values, decisionFilters)
		return said[0], recordChoice{Query: q}, err
	}
	if p := parameters(values, []string{"topic"}, func(*Problem, string, string, string) {}); len(p.Errors) > 0 {
		return "", recordChoice{}, p
	}
	return said[0], recordChoice{}, nil
}

// seeTopic is what a topic's reader may see; refused who may not read it at all.
func (s *Server) seeTopic(r *request, name string) (*sight, error) {
	if name == topicDecisions {
		return s.seeDecisions(r)
	}
	v, err := s.see(r, r.read(s.State.Snapshot()))
	switch {
	case err != nil:
		return nil, err
	case name == topicMe && (v.agent == "" || !v.reads(callas.KindSession)):
		return nil, refuse(forbidden, "the topic me tells agents of their own menu, and this token is of no agent")
	case name == topicMe && v.sn.Agent(v.agent) == nil:
		return nil, refuse(notFound, "there is no agent %q, whose token this is", v.agent)
	case len(v.kinds) == 0:
		return nil, refuse(forbidden, "a token of the role %s may not read changes", r.by.Role)
	}
	return v, nil
}

// room refuses a stream where there are too many.
func (s *Server) room(r *request, t *topic) error {
	open := 0
	for _, t := range s.topics {
		open += t.count()
	}
	if open >= MaxStreams {
		return refuse(busy, "%d streams are open, which is all there may be", open)
	}
	if n := t.of(r.by); n >= MaxStreamsOfOne {
		return refuse(busy, "%d streams on %s are open under the name %s: close some", n, t.name, r.by.Name)
	}
	return nil
}

func samePrincipal(a, b callas.Principal) bool {
	return a.Name == b.Name && a.Role == b.Role && a.Agent == b.Agent && slices.Equal(a.Units, b.Units)
}

// A viewing is what the readers of streams may see of one snapshot, asked once for each.
type viewing struct {
	server *Server
	sn     *state.Snapshot
	asked  request
	seen   map[string]*sight
}

func (s *Server) viewing(ctx context.Context, sn *state.Snapshot) *viewing {
	return &viewing{server: s, sn: sn, asked: request{ctx: ctx}, seen: map[string]*sight{}}
}

// of is what a stream's reader may see; nil where it cannot be told.
func (v *viewing) of(st *stream) *sight {
	key := strings.Join(append([]string{string(st.by.Role), st.by.Name, st.by.Agent}, st.by.Units...), "\x00")
	seen, ok := v.seen[key]
	if !ok {
		var err error
		v.asked.by = st.by
		if seen, err = v.server.see(&v.asked, v.sn); err != nil {
			seen = nil
			v.server.Log.Warn("what a stream's reader may see cannot be told", "by", st.by.Name, "err", err)
		}
		v.seen[key] = seen
	}
	return seen
}
