package server

// SweepOnce is one round of Sweep.
var SweepOnce = (*Server).sweep
