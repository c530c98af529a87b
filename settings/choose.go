package settings

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callas"
	"callas/hint"
	"callas/source"
	"callas/state"
)

// Refused means that an agent may not call as a service now. Nothing has changed.
type Refused struct {
	Service string
	Reasons []callas.Reason // never empty
}

// Error names the service and the reasons.
func (e *Refused) Error() string {
	return fmt.Sprintf("service %s is not available: %v", e.Service, e.Reasons)
}

// Choose works out an agent's session after a wish: the profile made active, the
// service picked under Call As, when that ends. It returns nil where nothing changes.
//
// The selection is the agent's wish, the right is the supervisor's. What the menu does
// not offer is refused (*Refused) with the menu's reasons, and nothing changes, the
// profile neither. A new profile without a word on the selection keeps it where the
// profile offers it, and ends it else. Going off duty ends it. A wish that names what
// does not exist is *Invalid.
func Choose(ctx context.Context, sn *state.Snapshot, menus Menus, now time.Time, agent string, wish Wish) (*source.Write, error) {
	c := choice{sn: sn, menus: menus, now: now, wish: wish}
	if c.agent = sn.Agent(agent); c.agent == nil {
		return nil, &Invalid{problem("", "there is no agent %q", agent)}
	}
	c.stored = sn.Session(agent)
	before := &callas.Session{Agent: agent, Since: now}
	if c.stored != nil {
		before = Now(c.stored, now)
	}
	after := *before
	if err := c.profile(ctx, before, &after); err != nil {
		return nil, err
	}
	if err := c.callAs(ctx, &after); err != nil {
		return nil, err
	}
	if err := c.expiry(&after); err != nil {
		return nil, err
	}
	if after.Profile != before.Profile || after.CallAs != before.CallAs {
		after.Since = now
	}
	return written(c.stored, &after), nil
}

// choice is one wish being worked out.
type choice struct {
	sn     *state.Snapshot
	menus  Menus
	now    time.Time
	wish   Wish
	agent  *callas.Agent
	stored *callas.Session
}

func (c *choice) profile(ctx context.Context, before, after *callas.Session) error {
	if !c.wish.Profile.Said || c.wish.Profile.ID == before.Profile {
		return nil
	}
	id := c.wish.Profile.ID
	if id != "" && !slices.Contains(c.agent.Profiles, id) {
		return &Invalid{problem("/profile", "agent %q has no profile %q%s", c.agent.ID, id, hint.DidYouMean(id, slices.Values(c.agent.Profiles)))}
	}
	profile := c.sn.Profile(id)
	if id != "" && profile == nil {
		return &Invalid{problem("/profile", "there is no profile %q", id)}
	}
	after.Profile = id
	if profile == nil || profile.OffDuty {
		end(after, EndedOffDuty)
		return nil
	}
	if after.CallAs == "" || c.wish.CallAs.Said {
		return nil
	}
	offered, err := c.stillOffered(ctx, before, after)
	if err == nil && !offered {
		end(after, EndedProfileChanged)
	}
	return err
}

// stillOffered reports whether a new profile offers what is selected. It does where
// the service is available, and also where the selection is withdrawn for reasons that
// the profile has nothing to do with: then the wish stands as it stood.
func (c *choice) stillOffered(ctx context.Context, before, after *callas.Session) (bool, error) {
	was, err := c.menu(ctx, before)
	if err != nil {
		return false, err
	}
	is, err := c.menu(ctx, after)
	if err != nil {
		return false, err
	}
	old, _ := offer(was, after.CallAs)
	next, listed := offer(is, after.CallAs)
	if !listed || next.Available {
		return listed, nil
	}
	for _, reason := range next.Reasons {
		switch reason {
		case callas.ReasonOffDuty, callas.ReasonProfileWithoutService, callas.ReasonNotResponsible:
			return false, nil
		}
		if !slices.Contains(old.Reasons, reason) {
			return false, nil // a policy's own reason, which came with the profile
		}
	}
	return true, nil
}

func (c *choice) callAs(ctx context.Context, after *callas.Session) error {
	if !c.wish.CallAs.Said {
		return nil
	}
	id := c.wish.CallAs.ID
	if id == "" {
		after.CallAs, after.ExpiresAt, after.EndedBecause = "", nil, ""
		return nil
	}
	if c.sn.Service(id) == nil {
		return &Refused{Service: id, Reasons: []callas.Reason{callas.ReasonUnknownService}}
	}
	// As if it were selected: a menu shows what is selected, and why it would not work.
	picked := *after
	picked.CallAs, picked.ExpiresAt = id, nil
	menu, err := c.menu(ctx, &picked)
	if err != nil {
		return err
	}
	item, listed := offer(menu, id)
	if !listed {
		return &Refused{Service: id, Reasons: unlisted(c.sn, c.agent, after.Profile)}
	}
	if !item.Available {
		return &Refused{Service: id, Reasons: item.Reasons}
	}
	after.CallAs, after.ExpiresAt, after.EndedBecause = id, nil, ""
	return nil
}

func (c *choice) expiry(after *callas.Session) error {
	if !c.wish.ExpiresIn.Said {
		return nil
	}
	if c.wish.ExpiresIn.After == 0 {
		after.ExpiresAt = nil
		return nil
	}
	if after.CallAs == "" {
		return &Invalid{problem("/expires_in", "says when a selection ends, but nothing is selected: name a service under \"call_as\"")}
	}
	at := c.now.Add(c.wish.ExpiresIn.After).UTC()
	after.ExpiresAt = &at
	return nil
}

// menu is the agent's with a session that is not there yet.
func (c *choice) menu(ctx context.Context, session *callas.Session) (callas.Menu, error) {
	sn := c.sn
	if c.stored == nil || !Same(c.stored, session) {
		edit := callas.Edit{Kind: callas.KindSession, ID: session.Agent, After: Normal(session)}
		if c.stored != nil {
			edit.Before = c.stored
		}
		var err error
		if sn, err = c.sn.With([]callas.Edit{edit}); err != nil {
			return callas.Menu{}, err
		}
	}
	return c.menus.Menus(sn)(ctx, c.agent.ID)
}

// offer finds a service in a menu.
func offer(menu callas.Menu, service string) (callas.MenuItem, bool) {
	for _, item := range menu.Items {
		if item.Service == service {
			return item, true
		}
	}
	return callas.MenuItem{}, false
}

// unlisted tells why a service is not even in an agent's menu, which shows every service
// of the agent's profiles and responsibilities and the one selected.
func unlisted(sn *state.Snapshot, a *callas.Agent, active string) []callas.Reason {
	p := sn.Profile(active)
	if p == nil || p.OffDuty || !slices.Contains(a.Profiles, active) {
		return []callas.Reason{callas.ReasonOffDuty}
	}
	return []callas.Reason{callas.ReasonProfileWithoutService, callas.ReasonNotResponsible}
}
