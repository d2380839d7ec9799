package sequential

// binomial draws how many of n requests fail.
type binomial struct {
	first int64      // the number that chance 0 maps to
	sums  []float64  // the chance of first, of first or first+1, ...; the last is 1
	guide [256]int32 // where in sums to look for a number, by its first eight bits
	none  float64    // the chance of 0
}

// newBinomial leaves out numbers that are less likely than 1e-12 times the likeliest.
func newBinomial(n int64, rate float64) binomial {
	rate = min(rate, 1)
	b := binomial{sums: []float64{1}}
	if n == 0 || rate == 0 {
		b.none = 1
		return b
	}
	if rate == 1 {
		b.first = n
		return b
	}
	odds := rate / (1 - rate)
	mode := min(n, int64(float64(rate*float64(n+1))))
	var below []float64
	for k, p := mode, 1.0; k > 0 && p > 1e-12; k-- {
		p = float64(p*float64(k)) / float64(float64(n-k+1)*odds)
		below = append(below, p)
	}
	b.first = mode - int64(len(below))
	b.sums = make([]float64, 0, 2*len(below)+8)
	sum := 0.0
	for i := len(below) - 1; i >= 0; i-- {
		sum += below[i]
		b.sums = append(b.sums, sum)
	}
	for k, p := mode, 1.0; k <= n && p > 1e-12; k++ {
		sum += p
		b.sums = append(b.sums, sum)
		p = float64(float64(p*float64(n-k))*odds) / float64(k+1)
	}
	for i := range b.sums {
		b.sums[i] /= sum
	}
	b.sums[len(b.sums)-1] = 1
	if b.first == 0 {
		b.none = b.sums[0]
	}
	at := 0
	for i := range b.guide {
		for b.sums[at] <= float64(i)/256 {
			at++
		}
		b.guide[i] = int32(at)
	}
	return b
}

// draw returns the number that u, from 0 to below 1, maps to, less first.
func (b *binomial) draw(u float64) int {
	at := int(b.guide[int(u*256)])
	for b.sums[at] <= u {
		at++
	}
	return at
}

// some is draw for a number other than 0.
func (b *binomial) some(u float64) int {
	return b.draw(min(b.none+float64(u*(1-b.none)), 1-0x1p-53))
}

// table returns what each number of errors adds to the eight logarithms: each for every
// error, and rest for the window. Without logarithms it returns their exponentials.
func (b *binomial) table(each, rest [8]float64, logarithms bool) [][8]float64 {
	table := make([][8]float64, len(b.sums))
	for k := range table {
		for i := range each {
			log := rest[i] + float64(each[i]*float64(b.first+int64(k)))
			if !logarithms {
				log = exp(max(-300, min(log, 300))) // the product of two is finite
			}
			table[k][i] = log
		}
	}
	return table
}
