package rowfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/cmd/rowfile"
)

func read(format rowfile.Format, text string) *rowfile.Batch {
	b := rowfile.NewBatch()
	b.Read("f."+string(format), strings.NewReader(text), format, "")
	return b
}

const ann = `{"kind":"agent","row":{"id":"ann","name":"Ann Smith","unit":"care","enabled":true,` +
	`"aliases":["sip:ann@nordhang.example","2001"],"number":"+442079460201","direction":"external",` +
	`"profiles":["day"],"responsible":{"day":["help","claims"]}}}` + "\n"

func TestTheSameAgentInEveryFormat(t *testing.T) {
	for format, text := range map[rowfile.Format]string{
		rowfile.YAML: `
agents:
- id: ann
  name: Ann Smith
  unit: care
  aliases: [sip:ann@nordhang.example, 2001] # an extension is no number
  number: +442079460201
  direction: external
  profiles: [day]
  responsible: {day: [help, claims]}
`,
		rowfile.CSV: "\ufeffid,name,unit,aliases,number,direction,profiles,responsible\r\n" +
			"ann,Ann Smith,care,sip:ann@nordhang.example; 2001,+442079460201,external,day,day:help;day:claims\r\n",
		rowfile.JSON: `{"agents":[{"id":"ann","rev":7,"name":"Ann Smith","unit":"care","aliases":["sip:ann@nordhang.example","2001"],
			"number":"+442079460201","direction":"external","profiles":["day"],"responsible":{"day":["help","claims"]},"uri":null}]}`,
		rowfile.NDJSON: ann,
	} {
		b := read(format, text)
		require.NoError(t, b.Err(), format)
		require.Equal(t, ann, string(b.Body()), format)
	}
}

func TestWhatAFileMaySay(t *testing.T) {
	reads := func(name string, format rowfile.Format, text, want string) {
		t.Run(name, func(t *testing.T) {
			b := read(format, text)
			require.NoError(t, b.Err())
			require.Equal(t, want, strings.TrimSpace(string(b.Body())))
		})
	}
	const unit = `{"kind":"unit","row":{"id":"leeds","name":"Leeds","parent":"nordhang"}}`
	const bob = `{"kind":"agent","row":{"id":"bob","name":"Bob","unit":"leeds","enabled":true,"direction":"none"}}`

	reads("an agent of whom little is said is enabled and calls as nobody", rowfile.CSV, "id,name,unit\nbob,Bob,leeds\n", bob)
	reads("an agent may be switched off", rowfile.CSV, "id,name,unit,enabled\nbob,Bob,leeds,no\n", strings.Replace(bob, "true", "false", 1))
	reads("a table with a column kind", rowfile.CSV, "kind,id,name,parent,unit\nunit,leeds,Leeds,nordhang,\nagents,bob,Bob,,leeds\n", unit+"\n"+bob)
	reads("a list whose items hold semicolons is JSON", rowfile.CSV,
		"id,name,unit,aliases\nbob,Bob,leeds,\"[\"\"sip:+441134960300@x.example;user=phone\"\"]\"\n",
		`{"kind":"agent","row":{"id":"bob","name":"Bob","unit":"leeds","enabled":true,"aliases":["sip:+441134960300@x.example;user=phone"],"direction":"none"}}`)
	reads("a service's numbers in a table are JSON", rowfile.CSV,
		"kind,id,name,unit,numbers\nservice,help,Help,london,\"[{\"\"e164\"\":\"\"+442079460100\"\",\"\"default\"\":true,\"\"right_of_use\"\":{\"\"status\"\":\"\"verified\"\"}}]\"\n",
		`{"kind":"service","row":{"id":"help","name":"Help","unit":"london","call_as_enabled":false,"numbers":[{"e164":"+442079460100","countries":[],"default":true,"right_of_use":{"status":"verified"}}]}}`)
	reads("several YAML documents, sections in any order", rowfile.YAML,
		"agents:\n- {id: bob, name: Bob, unit: leeds}\n---\nunits:\n- {id: leeds, name: Leeds, parent: nordhang, rev: 12}\n", bob+"\n"+unit)
	reads("a right of use with a date", rowfile.YAML,
		"services:\n- id: help\n  name: Help\n  unit: london\n  call_as_enabled: yes\n  numbers:\n  - e164: +442079460100\n    right_of_use: {status: verified, expires: 2027-01-31}\n",
		`{"kind":"service","row":{"id":"help","name":"Help","unit":"london","call_as_enabled":true,"numbers":[{"e164":"+442079460100","countries":[],"right_of_use":{"status":"verified","expires":"2027-01-31T00:00:00Z"}}]}}`)
	reads("an array of agents", rowfile.JSON, `[{"id":"bob","name":"Bob","unit":"leeds"}]`, bob)
	reads("rows that say their kind", rowfile.NDJSON, `{"kind":"unit","id":"leeds","name":"Leeds","parent":"nordhang"}`, unit)
	reads("a row to delete", rowfile.NDJSON, `{"kind":"agent","id":"bob","delete":true}`, `{"kind":"agent","id":"bob","delete":true}`)
	reads("nothing", rowfile.YAML, "# nothing yet\n", "")
	reads("nothing at all", rowfile.JSON, "", "")
}

func TestWhatIsWrongIsToldWithItsLineAndTheNextStep(t *testing.T) {
	wrong := func(name string, format rowfile.Format, text, want string) {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, read(format, text).Err(), want)
		})
	}
	wrong("a misspelt key", rowfile.YAML, "agents:\n- id: ann\n  directoin: all\n",
		`f.yaml:3: unknown key "directoin" (did you mean "direction"?)`)
	wrong("a misspelt section", rowfile.YAML, "agnets:\n- id: ann\n",
		`f.yaml:1: unknown section "agnets" (did you mean "agents"?)`)
	wrong("a direction that is none", rowfile.YAML, "agents:\n- {id: ann, name: Ann, unit: care, direction: extern}\n",
		`f.yaml:2: agent ann: direction "extern" is none of none, internal, external, all (did you mean "external"?)`)
	wrong("all of it at once, the file's second document too", rowfile.YAML,
		"agents:\n- {id: Ann, name: Ann, unit: care}\n- {id: bob, name: \"\", unit: care}\n---\nservices:\n- {id: help, name: Help, unit: care, numbers: +442079460100}\n",
		"f.yaml:2: agent Ann: id \"Ann\" holds 'A': use a-z, 0-9, dot, underscore and hyphen\n"+
			"f.yaml:3: agent bob: name is missing: give a name that people will recognise\n"+
			`f.yaml:6: numbers: "+442079460100" says too little: write [{"e164":"+442079460100","default":true,"right_of_use":{"status":"verified"}}]`)
	wrong("a value of the wrong shape", rowfile.YAML, "agents:\n- id: ann\n  name: [Ann]\n  enabled: perhaps\n",
		"f.yaml:3: name: want one value\nf.yaml:4: enabled: \"perhaps\" is neither true nor false")
	wrong("an alias of YAML", rowfile.YAML, "agents:\n- &a {id: ann, name: Ann, unit: care}\n- *a\n",
		"f.yaml:3: want a row of keys and values, such as {id: ann, name: Ann Smith}")
	wrong("YAML that is none", rowfile.YAML, "agents:\n- {id: ann\n", `f.yaml:1: did not find expected ',' or '}'`)
	wrong("the same agent twice", rowfile.CSV, "id,name,unit\nann,Ann,care\nbob,Bob,care\nann,Ann,care\n",
		"f.csv:4: agent ann is there already, at f.csv:2: remove one")
	wrong("a misspelt column", rowfile.CSV, "id,name,unti\nann,Ann,care\n", `f.csv:1: unknown column "unti" (did you mean "unit"?)`)
	wrong("a table without ids", rowfile.CSV, "name,unit\nAnn,care\n", "f.csv:1: no column id: every row needs one")
	wrong("a table with semicolons", rowfile.CSV, "id;name;unit\nann;Ann;care\n",
		"f.csv:1: the columns are not separated by commas: save the file as CSV with commas")
	wrong("a row that is too long", rowfile.CSV, "id,name,unit\nann,Smith, Ann,care\n",
		`f.csv:2: has 4 cells, the header 3: a cell with a comma stands in "quotes"`)
	wrong("the line counts, not the row", rowfile.CSV, "id,name,unit,direction\nann,\"Ann\",care,all\nbob,Bob,care,\"al\nl\"\ncia,Cia,care,sideways\n",
		"f.csv:3: agent bob: direction \"al\\nl\" is none of none, internal, external, all (did you mean \"all\"?)\n"+
			"f.csv:5: agent cia: direction \"sideways\" is none of none, internal, external, all")
	wrong("an open quote", rowfile.CSV, "id,name,unit\nann,\"Ann,care\n",
		`f.csv:2: extraneous or missing " in quoted-field: a cell with quotes or line breaks stands in "quotes", its own quotes doubled`)
	wrong("a cell that is not UTF-8", rowfile.CSV, "id,name,unit\nann,Z\xfcrich,care\n", "f.csv:2: name: is not UTF-8: save the file as UTF-8")
	wrong("responsible without a profile", rowfile.CSV, "id,name,unit,responsible\nann,Ann,care,help\n",
		`f.csv:2: responsible: "help": want profile:service, such as day:help;day:claims`)
	wrong("an agent's cell in a unit's row", rowfile.CSV, "kind,id,name,direction\nunit,leeds,Leeds,all\n",
		"f.csv:2: a unit has no direction: leave the cell empty")
	wrong("an unknown kind", rowfile.CSV, "kind,id,name\nagnet,ann,Ann\n", `f.csv:2: unknown kind "agnet" (did you mean "agent"?)`)
	wrong("a list that is none in JSON", rowfile.JSON, "[\n{\"id\":\"ann\",\"name\":\"Ann\",\"unit\":\"care\",\n\"profiles\":\"day\"}]",
		"f.json:2: profiles: want a list, such as [a, b], not a string")
	wrong("half a file", rowfile.NDJSON, ann+`{"kind":"agent","row":{"id":"bob"`, "f.ndjson:2: ends in the middle of a value")
	wrong("an unknown key deep in a number", rowfile.JSON, `{"services":[{"id":"help","name":"Help","unit":"london","numbers":[{"e146":"+44"}]}]}`,
		`f.json:1: numbers: unknown key "e146"`)
	wrong("a session", rowfile.NDJSON, `{"kind":"session","row":{"agent":"ann"}}`, `f.ndjson:1: unknown kind "session" (known: agent, profile, service, unit)`)
	wrong("a name that would break out of a SIP header", rowfile.CSV, "id,name,unit\nann,\"Ann \"\"x\"\"\",care\n",
		`f.csv:2: agent ann: name holds '"', which would break out of a SIP header: remove it`)
}

func TestManyProblemsAreCountedNotListed(t *testing.T) {
	b := read(rowfile.CSV, "id,name,unit\n"+strings.Repeat("ann,,care\n", 150))
	require.Equal(t, rowfile.MaxProblems+1, strings.Count(b.Err().Error(), "\n")+1)
	require.True(t, strings.HasSuffix(b.Err().Error(), "\n... and 50 more"))
}

func TestABatchKnowsWhereEachOfItsLinesCameFrom(t *testing.T) {
	b := rowfile.NewBatch()
	b.Read("units.csv", strings.NewReader("id,name\nleeds,Leeds\n"), rowfile.CSV, callas.KindUnit)
	b.Read("agents.csv", strings.NewReader("id,name,unit\nann,Ann,leeds\nbob,Bob,leeds\n"), rowfile.CSV, "")
	require.NoError(t, b.Err())
	require.Equal(t, 3, b.Len())
	require.Equal(t, "units.csv:2: unit leeds", b.Place(1))
	require.Equal(t, "agents.csv:3: agent bob", b.Place(3))
	require.Equal(t, "line 9", b.Place(9))
}

func TestAFormatByItsName(t *testing.T) {
	for name, want := range map[string]rowfile.Format{"a.yml": "yaml", "b.YAML": "yaml", "c.csv": "csv", "d.json": "json", "e.jsonl": "ndjson"} {
		got, err := rowfile.FormatOf(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := rowfile.FormatOf("agents.xlsx")
	require.EqualError(t, err, "agents.xlsx: cannot tell the format by the name: give --format yaml, csv, json or ndjson")
}
