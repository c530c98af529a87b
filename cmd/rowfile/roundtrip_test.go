package rowfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
	"callas/cmd/rowfile"
)

func ids(t *rapid.T, name string) []string {
	return rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9._-]{1,8}`), 0, 3, rapid.ID).Draw(t, name)
}

var name = rapid.StringMatching(`[A-Za-zà-ÿ0-9:#'!&*?|%@{}\[\],~+.-][A-Za-zà-ÿ0-9 :#'!&*?|%@{}\[\],;=~+.-]{0,20}[A-Za-z0-9]`)

// company draws rows of every kind with whatever their fields can hold.
func company(t *rapid.T) []callas.Row {
	var rows []callas.Row
	for i := range rapid.IntRange(0, 3).Draw(t, "units") {
		rows = append(rows, &callas.Unit{ID: fmt.Sprint("u", i), Name: name.Draw(t, "name"), Parent: "~"})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "services") {
		s := &callas.Service{
			ID: fmt.Sprint(i), Name: name.Draw(t, "name"), Unit: "null", CallAsEnabled: rapid.Bool().Draw(t, "on"),
			Hue: rapid.IntRange(0, 8).Draw(t, "hue"), Numbers: []callas.Number{},
		}
		s.Unit = "null" // a word that YAML would read as nothing
		for range rapid.IntRange(0, 2).Draw(t, "numbers") {
			expires := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "expires"), 0).UTC()
			s.Numbers = append(s.Numbers, callas.Number{
				E164: "+442079460100", Countries: []string{"NO", "GB"}[:rapid.IntRange(0, 2).Draw(t, "countries")],
				RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: name.Draw(t, "evidence"), Expires: &expires},
			})
		}
		rows = append(rows, s)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "profiles") {
		rows = append(rows, &callas.Profile{ID: fmt.Sprint("p", i), Name: name.Draw(t, "name"), OffDuty: rapid.Bool().Draw(t, "off"), Services: ids(t, "services")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "agents") {
		a := &callas.Agent{
			ID: fmt.Sprint("0x", i), Name: name.Draw(t, "name"), Unit: "2026-11-22", Enabled: rapid.Bool().Draw(t, "enabled"),
			Aliases: rapid.SliceOfN(name, 0, 3).Draw(t, "aliases"), Number: "+442079460201",
			Direction: rapid.SampledFrom(callas.Directions).Draw(t, "direction"), Profiles: ids(t, "profiles"), Responsible: map[string][]string{},
		}
		for _, p := range a.Profiles {
			a.Responsible[p] = ids(t, "responsible")
		}
		a.Rev = 9
		rows = append(rows, a)
	}
	return rows
}

func TestWhatIsWrittenReadsBackTheSameInEveryFormat(t *testing.T) {
	write := func(t *rapid.T, f rowfile.Format, rows []callas.Row) string {
		var out bytes.Buffer
		w, err := rowfile.NewWriter(&out, f, "")
		require.NoError(t, err)
		for _, r := range rows {
			require.NoError(t, w.Write(r))
		}
		require.NoError(t, w.Close())
		return out.String()
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := company(t)
		want := write(t, rowfile.NDJSON, rows)
		for _, f := range rowfile.Formats {
			file := write(t, f, rows)
			b := rowfile.NewBatch()
			b.Read("f", strings.NewReader(file), f, "")
			require.NoError(t, b.Err(), file)
			require.Equal(t, want, string(b.Body()), file)
		}
	})
}

func TestTheRowsOfAnExportAreReadAndRevisionsDropped(t *testing.T) {
	row, err := rowfile.ReadRow([]byte(`{"kind":"agent","row":{"id":"ann","rev":7,"name":"Ann","unit":"care","enabled":false,"direction":"all","aliases":null}}`))
	require.NoError(t, err)
	var out bytes.Buffer
	w, err := rowfile.NewWriter(&out, rowfile.CSV, callas.KindAgent)
	require.NoError(t, err)
	require.NoError(t, w.Write(row))
	require.NoError(t, w.Write(&callas.Unit{ID: "care", Name: "Care"}))
	require.NoError(t, w.Close())
	require.Equal(t, "id,name,unit,enabled,aliases,number,uri,direction,profiles,responsible,source,locked\nann,Ann,care,false,,,,all,,,,\n", out.String())

	row, err = rowfile.ReadRow([]byte(`{"kind":"session","row":{"agent":"ann"}}`))
	require.NoError(t, err)
	require.Nil(t, row)
}

func FuzzRead(f *testing.F) {
	f.Add("agents:\n- {id: ann, name: Ann, unit: care}\n", uint8(0))
	f.Add("id,name,unit\nann,Ann,care\n", uint8(1))
	f.Add(`{"agents":[{"id":"ann"}],"units":[]}`, uint8(2))
	f.Add(ann, uint8(3))
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		b := rowfile.NewBatch()
		b.Read("f", strings.NewReader(text), rowfile.Formats[int(n)%len(rowfile.Formats)], "")
		if b.Err() != nil {
			return
		}
		again := rowfile.NewBatch()
		again.Read("g", bytes.NewReader(b.Body()), rowfile.NDJSON, "")
		require.NoError(t, again.Err())
		require.Equal(t, string(b.Body()), string(again.Body()))
	})
}
