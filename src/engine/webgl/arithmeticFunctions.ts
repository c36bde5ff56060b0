/** @internal */

/** Both sorts of a function of one argument that GLSL has for numbers and for vectors alike. */
const both = (head: (type: string, condition: string) => string): string =>
  `${head('float', 'bool')}\n${head('vec4', 'bvec4')}`

/** Powers of two, and the range in which a sum of squares is taken as it is. */
const scale = {
  up: 'uintBitsToFloat(0x63800000u)', // 2⁷²
  upBack: 'uintBitsToFloat(0x1b800000u)',
  down: 'uintBitsToFloat(0x1c800000u)', // 2⁻⁷⁰
  downBack: 'uintBitsToFloat(0x62800000u)',
  least: 'uintBitsToFloat(0x17800000u)', // 2⁻⁸⁰
  most: 'uintBitsToFloat(0x7b800000u)', // 2¹²⁰
  large: 'uintBitsToFloat(0x7e000000u)', // 2¹²⁵
} as const

/** Comparisons, conditions and selections in GLSL, by name, with the meaning that `Arithmetic` gives them.
 *
 *  Compilers take floats for reals: they cancel (a + b) − a, turn !(a < b) into a >= b and (a < b) ? a : b into a
 *  minimum that drops NaN. What they must not see through goes past ZERO, a uniform that is never set and so is 0. */
export const arithmeticFunctions = {
  opaque: `float opaque(float a) { return uintBitsToFloat(floatBitsToUint(a) ^ ZERO); }
vec4 opaque(vec4 a) { return uintBitsToFloat(floatBitsToUint(a) ^ uvec4(ZERO)); }`,
  seen: `bool seen(bool c) { return uint(c) != ZERO; }
bvec4 seen(bvec4 c) { return notEqual(uvec4(c), uvec4(ZERO)); }`,
  // A GPU takes a quotient as a · (1/b), and beyond 2¹²⁶ the reciprocal of b is too small for a normal number: it would be 0.
  quotient: both(
    (t) => `${t} quotient(${t} a, ${t} b) {
  ${t} scale = choose(isBelow(${t}(${scale.large}), abs(b)), ${t}(0.25), ${t}(1.0));
  return a * scale / opaque(b * scale);
}`,
  ),
  isBelow: `bool isBelow(float a, float b) { return seen(a < b); }
bvec4 isBelow(vec4 a, vec4 b) { return seen(lessThan(a, b)); }`,
  isAtMost: `bool isAtMost(float a, float b) { return seen(a <= b); }
bvec4 isAtMost(vec4 a, vec4 b) { return seen(lessThanEqual(a, b)); }`,
  isSame: `bool isSame(float a, float b) { return seen(a == b); }
bvec4 isSame(vec4 a, vec4 b) { return seen(equal(a, b)); }`,
  isFinite: `bool isFinite(float a) { return (floatBitsToUint(a) & 0x7fffffffu) < 0x7f800000u; }
bvec4 isFinite(vec4 a) { return lessThan(floatBitsToUint(a) & uvec4(0x7fffffffu), uvec4(0x7f800000u)); }`,
  isNaN: `bool isNaN(float a) { return (floatBitsToUint(a) & 0x7fffffffu) > 0x7f800000u; }
bvec4 isNaN(vec4 a) { return greaterThan(floatBitsToUint(a) & uvec4(0x7fffffffu), uvec4(0x7f800000u)); }`,
  both: `bool both(bool a, bool b) { return a && b; }
bvec4 both(bvec4 a, bvec4 b) { return bvec4(uvec4(a) & uvec4(b)); }`,
  either: `bool either(bool a, bool b) { return a || b; }
bvec4 either(bvec4 a, bvec4 b) { return bvec4(uvec4(a) | uvec4(b)); }`,
  no: `bool no(bool a) { return uint(a) == ZERO; }
bvec4 no(bvec4 a) { return equal(uvec4(a), uvec4(ZERO)); }`,
  choose: `float choose(bool c, float a, float b) { return c ? a : b; }
vec4 choose(bvec4 c, vec4 a, vec4 b) { return vec4(c.x ? a.x : b.x, c.y ? a.y : b.y, c.z ? a.z : b.z, c.w ? a.w : b.w); }`,
  larger: both((t) => `${t} larger(${t} a, ${t} b) { return choose(either(isBelow(a, b), isNaN(b)), b, a); }`),
  smaller: both((t) => `${t} smaller(${t} a, ${t} b) { return choose(either(isBelow(b, a), isNaN(b)), b, a); }`),
  // Kahan's sum: of many equal numbers a plain one drifts by 6·10⁻⁶. An infinity has no rest, so the plain sum is kept,
  // too.
  accumulate: both(
    (t) => `void accumulate(inout ${t} sum, inout ${t} rest, inout ${t} plain, ${t} a) {
  ${t} b = a - rest;
  ${t} next = opaque(sum + b);
  rest = (next - sum) - b;
  sum = next;
  plain += a;
}`,
  ),
  settled: both((t) => `${t} settled(${t} sum, ${t} plain) { return choose(isFinite(plain), sum, plain); }`),
  // The squares of a number, and of the same number scaled up by 2⁷² and down by 2⁻⁷⁰: one of their three sums is
  // within range.
  squares: both(
    (t) => `void squares(${t} a, out ${t} plain, out ${t} up, out ${t} down) {
  up = opaque(a * ${scale.up});
  down = opaque(a * ${scale.down});
  plain = a * a;
  up *= up;
  down *= down;
}`,
  ),
  // A part of a norm as one number: the sum of squares; where that leaves its range, the norm, negative.
  part: `float part(float plain, float up, float down) {
  return isBelow(plain, ${scale.least}) ? -(sqrt(up) * ${scale.upBack}) : isBelow(plain, ${scale.most}) ? plain : -(sqrt(down) * ${scale.downBack});
}`,
  parted: `void parted(float a, out float plain, out float up, out float down) {
  if (isBelow(a, 0.0)) { squares(-a, plain, up, down); return; }
  plain = a;
  up = opaque(a * ${scale.up}) * ${scale.up};
  down = opaque(a * ${scale.down}) * ${scale.down};
}`,
  root: `float root(float part) { return isBelow(part, 0.0) ? -part : sqrt(part); }`,
  signOf: both(
    (t) =>
      `${t} signOf(${t} a) { return choose(isBelow(a, ${t}(0)), ${t}(-1), choose(isBelow(${t}(0), a), ${t}(1), a)); }`,
  ),
} as const satisfies Readonly<Record<string, string>>
