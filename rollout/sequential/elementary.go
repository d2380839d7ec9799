package sequential

import "math"

// The standard library's logarithm and exponential are written in assembly on some
// processors, and Go may fuse a product and a sum into one rounding on others: their
// last bits differ. Here every product is rounded by a conversion, which forbids the
// fusing (Go specification, "Floating-point operators"), and what remains is exact
// everywhere. The coefficients are those of FreeBSD's e_log.c and e_exp.c.

const (
	ln2Hi = 6.93147180369123816490e-01 // its low bits are 0: a multiple of it is exact
	ln2Lo = 1.90821492927058770002e-10
)

// ln is the natural logarithm of a positive, normal, finite number, to less than one
// unit in the last place.
func ln(x float64) float64 {
	bits := math.Float64bits(x)
	k := int(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52) // x = m 2^k, 1 <= m < 2
	if m > math.Sqrt2 {
		m /= 2
		k++
	}
	f := m - 1
	s := f / (2 + f)
	z := float64(s * s)
	w := float64(z * z)
	even := float64(w * (3.999999999940941908e-01 +
		float64(w*(2.222219843214978396e-01+float64(w*1.531383769920937332e-01)))))
	odd := float64(z * (6.666666666666735130e-01 +
		float64(w*(2.857142874366239149e-01+
			float64(w*(1.818357216161805012e-01+float64(w*1.479819860511658591e-01)))))))
	half := float64(float64(0.5*f) * f)
	e := float64(k)
	return float64(e*ln2Hi) - ((half - (float64(s*(half+(even+odd))) + float64(e*ln2Lo))) - f)
}

// exp is the exponential of a number from -700 to 700, to less than one unit in the
// last place; below, it is 0.
func exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	k := int(float64(math.Log2E*x)+1024.5) - 1024 // rounded, since a conversion cuts off
	hi := x - float64(float64(k)*ln2Hi)
	lo := float64(float64(k) * ln2Lo)
	r := hi - lo
	t := float64(r * r)
	c := r - float64(t*(1.66666666666666657415e-01+float64(t*(-2.77777777770155933842e-03+
		float64(t*(6.61375632143793436117e-05+
			float64(t*(-1.65339022054652515390e-06+float64(t*4.13813679705723846039e-08)))))))))
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return float64(y * math.Float64frombits(uint64(k+1023)<<52))
}
