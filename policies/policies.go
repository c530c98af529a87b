// Package policies holds the law: who calls as whom, what a menu offers, who may
// change which setting and who may sign in, written in Rego.
//
// The package embeds the texts and names what is read of them. It never
// evaluates a policy.
package policies

import "embed"

// FS holds the law's Rego under callas/, one folder a package, tests beside
// it, and the JSON Schemas of input, facts and settings under schemas/.
//
//go:embed callas schemas
var FS embed.FS

// The rules that Go reads. Each is always defined, also for the input {}.
const (
	Decision    = "data.callas.resolve.decision"    // under whose identity a call goes out
	Explanation = "data.callas.resolve.explanation" // the same call, gate by gate
	Menu        = "data.callas.menu.menu"           // what an agent may pick, and why not the rest
	Change      = "data.callas.change.decision"     // may this setting be changed
	Scope       = "data.callas.change.scope"        // what may be read

	Mask   = "data.callas.mask.callee"      // how the record writes whom a call was for; a law may do without
	SignIn = "data.callas.signin.principal" // who may sign in with a provider, as what; without it nobody may
)

// Optional lists the rules that Go reads where a law has their packages.
var Optional = []string{Mask, SignIn}

// Entrypoints lists the rules that every law must define.
var Entrypoints = []string{Decision, Explanation, Menu, Change, Scope}
