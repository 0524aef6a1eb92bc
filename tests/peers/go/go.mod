module warrant.invalid/sumdb

go 1.25

require golang.org/x/mod v0.0.0

// The test copies the library out of the toolchain that it runs: nothing is fetched.
replace golang.org/x/mod => ./mod
