package state

// Schema lets the golden test see the schema.
var Schema = schema
