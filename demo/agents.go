package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"callas"
)

// cast is the five of the story.
func cast() []callas.Row {
	answersFor := func() map[string][]string {
		return map[string][]string{"day": {"help", "claims"}, "campaign": {"renewals"}}
	}
	anna := agent("anna", "Anna Meier", "care", 2001, "+442079460201", callas.DirectionExternal)
	anna.Responsible = answersFor()
	ben := agent("ben", "Ben Carter", "care", 2002, "+442079460202", callas.DirectionAll)
	ben.Responsible = answersFor()
	clara := agent("clara", "Clara Hughes", "care", 2003, "+442079460203", callas.DirectionNone)
	clara.Responsible = answersFor()
	dora := agent("dora", "Dora Bennett", "care", 2004, "+442079460204", callas.DirectionExternal)
	dora.Responsible = answersFor()
	emil := agent("emil", "Emil Fraser", "leeds", 2005, "+441134960205", callas.DirectionExternal)
	emil.Responsible = map[string][]string{"day": {"itdesk", "help"}}
	return []callas.Row{anna, ben, clara, dora, emil}
}

func agent(id, name, unit string, extension int, number string, d callas.Direction) *callas.Agent {
	uri := "sip:" + id + "@" + Domain
	aliases := []string{uri, strconv.Itoa(extension)}
	if number != "" {
		aliases = append(aliases, number)
	}
	return &callas.Agent{
		ID: id, Name: name, Unit: unit, Enabled: true, Direction: d, URI: uri, Number: number,
		Aliases: aliases, Profiles: []string{"day", "campaign", "off"}, Responsible: map[string][]string{},
	}
}

// crowd makes n agents more, always the same ones: extensions from 2006 on and,
// after 2999, 2000; a direct number in the drama range of their town where the
// story has not taken it.
func crowd(n int) []callas.Row {
	rows := make([]callas.Row, n)
	for i := range rows {
		first := firstNames[i%len(firstNames)]
		last := lastNames[(i/len(firstNames)+i%len(firstNames))%len(lastNames)]
		desk := desks[i%len(desks)]
		line := (6 + i) % 1000
		number := fmt.Sprintf("%s%03d", desk.numbers, line)
		if line >= 100 && line <= 104 || line >= 201 && line <= 205 {
			number = ""
		}
		a := agent(strings.ToLower(first+"."+last), first+" "+last, desk.unit, 2000+line, number, directions[i%len(directions)])
		a.Responsible = desk.responsible()
		a.Enabled = i%97 != 96 // a few have left
		rows[i] = a
	}
	return rows
}

// atWork are the crowd's sessions: most have come, and some call as a service.
func atWork(crowd []callas.Row, since time.Time) []callas.Row {
	var rows []callas.Row
	for i, row := range crowd {
		a := row.(*callas.Agent)
		s := &callas.Session{Agent: a.ID, Profile: shifts[i%len(shifts)], Since: since}
		if picks := a.Responsible[s.Profile]; i%3 == 0 && len(picks) > 0 && a.Enabled && a.Direction != callas.DirectionNone && a.Unit != "leeds" {
			s.CallAs = picks[0]
		}
		if s.Profile != "" {
			rows = append(rows, s)
		}
	}
	return rows
}

// shifts is how often someone of the crowd is on duty as what; who is not has not come yet.
var shifts = []string{"day", "day", "", "day", "campaign", "day", "day", "off", "day", "day", "campaign"}

// A desk is where a generated agent sits, and what they answer for.
type desk struct {
	unit    string
	numbers string // the first nine digits of the town's drama range
	day     []string
	other   []string
}

func (d desk) responsible() map[string][]string {
	r := map[string][]string{}
	if d.day != nil {
		r["day"] = d.day
	}
	if d.other != nil {
		r["campaign"] = d.other
	}
	return r
}

// desks spread the generated agents over the units: of nine, four sit in care,
// two in london, two in leeds and one in nordhang itself.
var desks = []desk{
	{"care", "+442079460", []string{"help", "claims"}, nil},
	{"leeds", "+441134960", []string{"itdesk"}, nil},
	{"care", "+442079460", []string{"help"}, []string{"renewals"}},
	{"london", "+442079460", []string{"claims", "premium"}, nil},
	{"care", "+442079460", []string{"claims"}, nil},
	{"nordhang", "+442079460", nil, nil},
	{"care", "+442079460", []string{"help", "claims", "premium"}, []string{"renewals"}},
	{"leeds", "+441134960", []string{"itdesk"}, []string{"renewals"}},
	{"london", "+442079460", []string{"help"}, nil},
}

// directions is how often a generated agent has which direction: external mostly.
var directions = []callas.Direction{
	callas.DirectionExternal, callas.DirectionExternal, callas.DirectionNone, callas.DirectionExternal,
	callas.DirectionAll, callas.DirectionExternal, callas.DirectionInternal,
}

var firstNames = strings.Fields(`Olivia George Amelia Harry Isla Noah Ava Jack Freya Leo Lily Oscar Grace Arthur
	Sophie Alfie Evie Thomas Poppy James Rosie Henry Imogen Callum Priya Owen Aisha Rhys Maya Ewan Niamh Imran`)

var lastNames = strings.Fields(`Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright
	Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Khan Lewis Campbell Murray Okafor Price
	Morgan Bailey Reid Shaw Kelly Marsh`)
