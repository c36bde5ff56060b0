/** @internal */

/** A function of vectors, lane by lane, from the one of numbers. */
const lanes = (name: string): string =>
  `vec4 ${name}(vec4 a) { return vec4(${['x', 'y', 'z', 'w'].map((l) => `${name}(a.${l})`).join(', ')}); }`

/** Exponential, logarithm, hyperbolic tangent, sine, cosine and power in GLSL, by name: the language's own may err too
 *  far. */
export const transcendentalFunctions = {
  // Cephes' expf: GLSL's own may err by 3 + 2|x| ulp.
  expOf: `float expOf(float a) {
  float k = floor(a * 1.44269504088896341 + 0.5);
  float r = opaque(a - k * 0.693359375) + k * 2.12194440e-4;
  float p = (((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r + 5.0000001201e-1) * r * r + r + 1.0;
  int n = int(clamp(k, -150.0, 130.0));
  int half_ = n >> 1;
  float e = p * uintBitsToFloat(uint(half_ + 127) << 23) * uintBitsToFloat(uint(n - half_ + 127) << 23);
  e = a > 88.7228394 ? uintBitsToFloat(0x7f800000u) : e;
  e = a < -104.0 ? 0.0 : e;
  return isNaN(a) ? a : e;
}
${lanes('expOf')}`,
  // The logarithm of fdlibm: GLSL's own may err by 2⁻²¹ near 1. `a` = 2ᵉ·(1 + f), √½ ≤ 1 + f < √2.
  logOfMantissa: `float logOfMantissa(float f) {
  float s = f / (2.0 + f);
  float z = s * s;
  float w = z * z;
  float r = z * (0.66666662693 + w * 0.28498786688) + w * (0.40000972152 + w * 0.24279078841);
  float h = 0.5 * f * f;
  return f - (h - s * (h + r));
}`,
  splitOf: `void splitOf(float a, out float e, out float f) {
  uint bits = floatBitsToUint(a) - 0x3f3504f3u;
  e = float(int(bits) >> 23);
  f = uintBitsToFloat((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0;
}`,
  logOf: `float logOf(float a) {
  float e; float f;
  splitOf(a, e, f);
  float l = opaque(e * 9.0580006145e-6 + logOfMantissa(f)) + e * 6.9313812256e-1;
  l = a == 0.0 ? uintBitsToFloat(0xff800000u) : l;
  l = a < 0.0 ? uintBitsToFloat(0x7fc00000u) : l;
  return isFinite(a) || a < 0.0 ? l : a;
}
${lanes('logOf')}`,
  tanhOf: `float tanhOf(float a) {
  float m = abs(a);
  float z = a * a;
  float small_ = ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z - 3.33332819422e-1) * z * a + a;
  float large = 1.0 - 2.0 / (expOf(2.0 * m) + 1.0);
  large = m > 9.5 ? 1.0 : large;
  float t = m < 0.625 ? small_ : (a < 0.0 ? -large : large);
  return isNaN(a) ? a : t;
}
${lanes('tanhOf')}`,
  // Cephes' sinf and cosf on [−π/4, π/4], after a reduction of Cody and Waite: a = k·π/2 + r + e. Three parts of π/2 have
  // so few bits that their products with |k| < 2¹³ are exact, and so are the differences where they are small; e is what
  // is lost in r. Further out the language's own have to do.
  quarterOf: `float quarterOf(float a, out int k, out float e) {
  float n = floor(a * 0.636619772367581343 + 0.5);
  k = int(n);
  float t = opaque(opaque(a - n * 1.5703125) - n * 4.83512878417968750e-4);
  float part = opaque(n * 3.13855707645416260e-7);
  float high = opaque(t - part);
  float low = opaque(opaque(t - high) - part) - n * 6.07710050650619e-11;
  float r = opaque(high + low);
  e = opaque(high - r) + low;
  return r;
}`,
  turned: `float turned(float r, float e, int k) {
  float z = r * r;
  if ((k & 1) == 0) {
    float s = opaque(((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + e) + r;
    return (k & 2) == 0 ? s : -s;
  }
  float rest = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - e * r;
  float half_ = opaque(0.5 * z);
  float most = opaque(1.0 - half_);
  float c = most + (opaque(opaque(1.0 - most) - half_) + rest);
  return (k & 2) == 0 ? c : -c;
}`,
  sinOf: `float sinOf(float a) {
  if (!isFinite(a)) return uintBitsToFloat(0x7fc00000u);
  if (a == 0.0) return a;
  if (abs(a) > 12000.0) return sin(a);
  int k; float e;
  float r = quarterOf(a, k, e);
  return turned(r, e, k);
}
${lanes('sinOf')}`,
  cosOf: `float cosOf(float a) {
  if (!isFinite(a)) return uintBitsToFloat(0x7fc00000u);
  if (abs(a) > 12000.0) return cos(a);
  int k; float e;
  float r = quarterOf(a, k, e);
  return turned(r, e, k + 1);
}
${lanes('cosOf')}`,
  // JavaScript's power: NaN ** 0 = 1, (±1) ** ±∞ = NaN, negative bases for whole exponents. e·b is exact in two parts
  // of b.
  powOf: `float powOf(float a, float b) {
  if (b == 0.0) return 1.0;
  float none = uintBitsToFloat(0x7fc00000u);
  float endless = uintBitsToFloat(0x7f800000u);
  if (isNaN(a) || isNaN(b)) return none;
  float m = abs(a);
  if (!isFinite(b)) return m == 1.0 ? none : ((m > 1.0) == (b > 0.0) ? endless : 0.0);
  bool whole = floor(b) == b;
  bool odd = whole && abs(b) < 16777216.0 && (int(b) & 1) == 1;
  float p;
  if (m == 0.0 || !isFinite(m)) p = (m == 0.0) == (b > 0.0) ? 0.0 : endless;
  else {
    if (a < 0.0 && !whole) return none;
    float e; float f;
    splitOf(m, e, f);
    float high = uintBitsToFloat(floatBitsToUint(b) & 0xfffff000u);
    float low = opaque(b - high);
    float l = logOfMantissa(f) * 1.44269504088896341 * b;
    float k = floor(b * e + l + 0.5);
    if (k > 129.0) p = endless;
    else if (k < -151.0) p = 0.0;
    else {
      float r = opaque(opaque(high * e - k) + low * e) + l;
      int n = int(k);
      int half_ = n >> 1;
      p = expOf(r * 0.69314718056) * uintBitsToFloat(uint(half_ + 127) << 23) * uintBitsToFloat(uint(n - half_ + 127) << 23);
    }
  }
  return odd && floatBitsToUint(a) >= 0x80000000u ? -p : p;
}
vec4 powOf(vec4 a, vec4 b) { return vec4(powOf(a.x, b.x), powOf(a.y, b.y), powOf(a.z, b.z), powOf(a.w, b.w)); }`,
} as const satisfies Readonly<Record<string, string>>
