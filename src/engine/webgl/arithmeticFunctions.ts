/** @internal */
import { must } from '../../scalars/must.js'
import { laneByLane } from './laneByLane.js'

/** A function that GLSL can say for numbers and for vectors alike: F, B and U are float, bool and uint of one or of
 *  four. */
const both = (text: string): string =>
  [
    ['float', 'bool', 'uint'],
    ['vec4', 'bvec4', 'uvec4'],
  ]
    .map((types) => text.replace(/\b[FBU]\b/g, (letter) => must(types['FBU'.indexOf(letter)], 'type')))
    .join('\n')

/** A comparison, which GLSL says for vectors in other words. */
const compared = (name: string, sign: string, called: string): string =>
  `bool ${name}(float a, float b) { return seen(a ${sign} b); }
bvec4 ${name}(vec4 a, vec4 b) { return seen(${called}(a, b)); }`

/** Comparisons, conditions and selections in GLSL, with the meaning that `Arithmetic` gives them.
 *
 *  Compilers take floats for reals: they cancel (a + b) − a, turn !(a < b) into a >= b and (a < b) ? a : b into a
 *  minimum that drops NaN. What they must not see through goes past ZERO, a uniform that is never set and so is 0. */
export const arithmeticFunctions: readonly string[] = [
  both('F opaque(F a) { return uintBitsToFloat(floatBitsToUint(a) ^ U(ZERO)); }'),
  both('B seen(B c) { return B(U(c) ^ U(ZERO)); }'),
  // A GPU takes a quotient as a · (1/b), and beyond 2¹²⁶ the reciprocal of b is too small for a normal number: it would
  // be 0. 2¹²⁵ = 0x7e000000.
  both(`F quotient(F a, F b) {
  F scale = choose(isBelow(F(uintBitsToFloat(0x7e000000u)), abs(b)), F(0.25), F(1.0));
  return a * scale / opaque(b * scale);
}`),
  compared('isBelow', '<', 'lessThan'),
  compared('isAtMost', '<=', 'lessThanEqual'),
  compared('isSame', '==', 'equal'),
  both('B isFinite(F a) { return B((floatBitsToUint(a) & U(0x7f800000u)) ^ U(0x7f800000u)); }'),
  // The difference is below 0.
  both('B isNaN(F a) { return B((U(0x7f800000u) - (floatBitsToUint(a) & U(0x7fffffffu))) >> 31); }'),
  both('B both(B a, B b) { return B(U(a) & U(b)); }'),
  both('B either(B a, B b) { return B(U(a) | U(b)); }'),
  both('B no(B a) { return B(U(a) ^ U(ZERO) ^ U(1)); }'),
  `float choose(bool c, float a, float b) { return c ? a : b; }
${laneByLane('choose', 'bvec4 c', 'vec4 a', 'vec4 b')}`,
  both('F larger(F a, F b) { return choose(either(isBelow(a, b), isNaN(b)), b, a); }'),
  both('F smaller(F a, F b) { return choose(either(isBelow(b, a), isNaN(b)), b, a); }'),
  // Kahan's sum: of many equal numbers a plain one drifts by 6·10⁻⁶. An infinity has no rest, so the plain sum is kept,
  // too.
  both(`void accumulate(inout F sum, inout F rest, inout F plain, F a) {
  F b = a - rest;
  F next = opaque(sum + b);
  rest = (next - sum) - b;
  sum = next;
  plain += a;
}`),
  `float settled(float sum, float plain) { return choose(isFinite(plain), sum, plain); }
float settled(vec4 sum, vec4 plain) {
  vec4 a = choose(isFinite(plain), sum, plain);
  return (a.x + a.y) + (a.z + a.w);
}`,
  // A largest number is folded as a sum is.
  both('void raise(inout F most, inout F rest, inout F plain, F a) { most = larger(most, a); }'),
  `float largest(float most, float plain) { return most; }
float largest(vec4 most, vec4 plain) { return larger(larger(most.x, most.y), larger(most.z, most.w)); }`,
  // The squares of a number, and of the same number scaled up by 2⁷² and down by 2⁻⁷⁰: one of their three sums is
  // within range.
  both(`void squares(F a, out F plain, out F up, out F down) {
  up = opaque(a * uintBitsToFloat(0x63800000u));
  down = opaque(a * uintBitsToFloat(0x1c800000u));
  plain = a * a;
  up *= up;
  down *= down;
}`),
  // A part of a norm as one number: the sum of squares; where that leaves its range, 2⁻⁸⁰ … 2¹²⁰, the norm, negative.
  `float part(float plain, float up, float down) {
  return isBelow(plain, uintBitsToFloat(0x17800000u)) ? -(sqrt(up) * uintBitsToFloat(0x1b800000u))
    : isBelow(plain, uintBitsToFloat(0x7b800000u)) ? plain : -(sqrt(down) * uintBitsToFloat(0x62800000u));
}`,
  `void parted(float a, out float plain, out float up, out float down) {
  if (isBelow(a, 0.0)) { squares(-a, plain, up, down); return; }
  plain = a;
  up = opaque(a * uintBitsToFloat(0x63800000u)) * uintBitsToFloat(0x63800000u);
  down = opaque(a * uintBitsToFloat(0x1c800000u)) * uintBitsToFloat(0x1c800000u);
}`,
  // The norm, where it is asked for.
  'float root(float part, bool last) { return !last ? part : isBelow(part, 0.0) ? -part : sqrt(part); }',
  both('F signOf(F a) { return choose(isBelow(a, F(0)), F(-1), choose(isBelow(F(0), a), F(1), a)); }'),
]
