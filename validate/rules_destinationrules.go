package validate

// destinationRules are the rules of DestinationRules and ServiceEntries.
func destinationRules() []Rule {
	return nil
}
