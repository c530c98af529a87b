package settings

import "time"

// Limits of a row. They keep one row from slowing the calls of everybody: a policy
// walks these lists at every call.
const (
	MaxNumbers     = 250   // of a service: one for every country there is
	MaxAliases     = 50    // of an agent: every platform names people in two or three ways
	MaxProfiles    = 50    // of an agent: a person picks from this list
	MaxServices    = 1_000 // of a profile, and of one responsibility: a menu shows them all
	MaxResponsible = 2_000 // services of an agent over all profiles
	MaxDepth       = 32    // levels of units: the policy climbs them at every call
	MaxSubject     = 1_024 // bytes of a provider's issuer and its own name for a person, which is 255 at most (OpenID Connect Core 1.0, 2)
	MaxEvidence    = 1_024 // bytes that tell why a number may be shown: a file number or a URL, not the file
)

// Limits of what is asked at once.
const (
	MaxFindings = 1_000  // returned for one batch; who has more will not read them one by one
	MaxBulk     = 10_000 // agents in one bulk edit: what one changeset holds
	MaxQuery    = 200    // bytes of a search: longer than any name
	DefaultPage = 50     // rows of a page where nothing is said
	MaxPage     = 1_000  // rows of a page
)

// Limits of plans and selections.
const (
	PlanLife         = 10 * time.Minute    // long enough to read a plan, too short to forget it
	MaxPlans         = 64                  // kept at once; the oldest gives way
	MaxPlannedRows   = 200_000             // kept at once over all plans: about 200 MB
	ShownOfPlan      = 100                 // entries of each of a plan's lists
	MaxSelectionLife = 31 * 24 * time.Hour // of a selection that ends by itself; a longer one is a typing error
)
