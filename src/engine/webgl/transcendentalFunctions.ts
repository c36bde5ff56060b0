/** @internal */
import { laneByLane } from './laneByLane.js'

/** Exponential, logarithm, hyperbolic tangent, sine, cosine and power in GLSL: the language's own may err too far.
 *
 *  What is called is called before it is chosen: a choice with a call in it is a branch, and a long chain of branches takes
 *  minutes to compile. */
export const transcendentalFunctions: readonly string[] = [
  // Cephes' expf: GLSL's own may err by 3 + 2|x| ulp.
  `float expOf(float a) {
  float b = clamp(a, -104.0, 89.0);
  float k = floor(b * 1.44269504088896341 + 0.5);
  float r = opaque(b - k * 0.693359375) + k * 2.12194440e-4;
  float p = (((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r + 5.0000001201e-1) * r * r + r + 1.0;
  float e = scaled(p, k);
  return isNaN(a) ? a : e;
}
${laneByLane('expOf', 'vec4 a')}`,
  // p · 2ᵏ: neither half of k leaves the range of a float.
  `float scaled(float p, float k) {
  int n = int(k);
  vec2 halves = intBitsToFloat((ivec2(n >> 1, n - (n >> 1)) + 127) << 23);
  return p * halves.x * halves.y;
}`,
  // The logarithm of fdlibm: GLSL's own may err by 2⁻²¹ near 1. a = 2ᵉ·(1 + f), √½ ≤ 1 + f < √2; the result is that of
  // 1 + f.
  `float logOfMantissa(float a, out float e) {
  int bits = floatBitsToInt(a) - 0x3f3504f3;
  e = float(bits >> 23);
  float f = intBitsToFloat((bits & 0x7fffff) + 0x3f3504f3) - 1.0;
  float s = f / (2.0 + f);
  float z = s * s;
  float w = z * z;
  float r = z * (0.66666662693 + w * 0.28498786688) + w * (0.40000972152 + w * 0.24279078841);
  float h = 0.5 * f * f;
  return f - (h - s * (h + r));
}`,
  `float logOf(float a) {
  float e;
  float l = logOfMantissa(a, e);
  l = opaque(e * 9.0580006145e-6 + l) + e * 6.9313812256e-1;
  l = isFinite(a) ? l : a;
  return a < 0.0 ? uintBitsToFloat(0x7fc00000u) : a == 0.0 ? uintBitsToFloat(0xff800000u) : l;
}
${laneByLane('logOf', 'vec4 a')}`,
  `float tanhOf(float a) {
  float m = abs(a);
  float z = a * a;
  float large = 1.0 - 2.0 / (expOf(2.0 * m) + 1.0);
  return m < 0.625
    ? ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z - 3.33332819422e-1) * z * a + a
    : a < 0.0 ? -large : large;
}
${laneByLane('tanhOf', 'vec4 a')}`,
  // Cephes' sinf and cosf on [−π/4, π/4], after a reduction of Cody and Waite: a = k·π/2 + r + e. Three parts of π/2 have
  // so few bits that their products with |k| < 2¹³ are exact, and so are the differences where they are small; e is what
  // is lost in r. Further out the language's own have to do. `turn`: 0 for the sine, 1 for the cosine.
  `float waveOf(float a, int turn) {
  if (!isFinite(a)) return uintBitsToFloat(0x7fc00000u);
  if (abs(a) > 12000.0) return turn == 0 ? sin(a) : cos(a);
  float n = floor(a * 0.636619772367581343 + 0.5);
  float t = opaque(opaque(a - n * 1.5703125) - n * 4.83512878417968750e-4);
  float part = opaque(n * 3.13855707645416260e-7);
  float high = opaque(t - part);
  float low = opaque(opaque(t - high) - part) - n * 6.07710050650619e-11;
  float r = opaque(high + low);
  float e = opaque(high - r) + low;
  float z = r * r;
  float half_ = opaque(0.5 * z);
  float most = opaque(1.0 - half_);
  int k = int(n) + turn;
  float s = opaque(((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + e) + r;
  float c = most + (opaque(opaque(1.0 - most) - half_) + (((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - e * r));
  float w = (k & 1) == 0 ? s : c;
  return (k & 2) == 0 ? w : -w;
}`,
  `float sinOf(float a) {
  float s = waveOf(a, 0);
  return a == 0.0 ? a : s;
}
${laneByLane('sinOf', 'vec4 a')}`,
  `float cosOf(float a) { return waveOf(a, 1); }
${laneByLane('cosOf', 'vec4 a')}`,
  // JavaScript's power: NaN ** 0 = 1, (±1) ** ±∞ = NaN, negative bases for whole exponents. e·b is exact in two parts
  // of b.
  `float powOf(float a, float b) {
  if (b == 0.0) return 1.0;
  float none = uintBitsToFloat(0x7fc00000u);
  float m = abs(a);
  float p;
  if (m == 0.0 || !isFinite(m) || !isFinite(b))
    p = isNaN(a) || isNaN(b) || m == 1.0 ? none : (m > 1.0) == (b > 0.0) ? uintBitsToFloat(0x7f800000u) : 0.0;
  else if (a < 0.0 && floor(b) != b) p = none;
  else {
    float e;
    float l = logOfMantissa(m, e) * 1.44269504088896341 * b;
    float high = uintBitsToFloat(floatBitsToUint(b) & 0xfffff000u);
    float k = clamp(floor(b * e + l + 0.5), -200.0, 200.0);
    float r = opaque(opaque(high * e - k) + opaque(b - high) * e) + l;
    p = scaled(expOf(clamp(r, -1.0, 1.0) * 0.69314718056), k);
  }
  return floatBitsToInt(a) < 0 && mod(b, 2.0) == 1.0 ? -p : p;
}
${laneByLane('powOf', 'vec4 a', 'vec4 b')}`,
]
