/** @internal */

/** Reads what lies in the texel `at` of the result, four lanes with a body in GLSL. `shape`: width, texels in a row, rows
 *  of texels, -; `size`: rows, columns, batch, -; the meaning of `by` belongs to the mode, which is the name. */
const reader = (name: string, body: string): string =>
  `vec4 ${name}(sampler2D image, ivec2 at, ivec4 shape, ivec4 size, ivec4 by) { ${body} }`

/** The same, lane by lane, where the lane `i` of the tensor is an expression. */
const byLane = (name: string, lane: (i: string) => string): string =>
  reader(
    name,
    `ivec3 p = firstIn(at, shape);
  int i = (p.x * size.x + p.y) * size.y + p.z;
  int j = i + size.y;
  return vec4(${['i', 'i + 1', 'j', 'j + 1'].map(lane).join(', ')});`,
  )

/** How textures of every layout are read in GLSL. */
export const textureFunctions: readonly string[] = [
  // Batch, row and column of the first of the four elements of a texel.
  `ivec3 firstIn(ivec2 at, ivec4 shape) {
  int t = at.y * shape.x + at.x;
  int row = t / shape.y;
  int batch = row / shape.z;
  return ivec3(batch, 2 * (row - batch * shape.z), 2 * (t - row * shape.y));
}`,
  `bvec4 isInside(ivec2 at, ivec4 shape, ivec4 size) {
  ivec3 p = firstIn(at, shape);
  bool known = p.x < size.z;
  bool right = known && p.z + 1 < size.y;
  bool below = known && p.y + 1 < size.x;
  return bvec4(known, right, below, right && below);
}`,
  `bvec4 isWithin(ivec2 at, ivec4 shape, ivec4 size) {
  bool right = 2 * at.x + 1 < size.y;
  bool below = 2 * at.y + 1 < size.x * size.z;
  return bvec4(true, right, below, right && below);
}`,
  `vec4 texelAt(sampler2D image, int t, int width) {
  int y = t / width;
  return texelFetch(image, ivec2(t - y * width, y), 0);
}`,
  `float laneAt(sampler2D image, int i, ivec4 by) {
  int row = i / by.z;
  int col = i - row * by.z;
  int batch = row / by.y;
  row -= batch * by.y;
  vec4 v = texelAt(image, (batch * ((by.y + 1) / 2) + row / 2) * ((by.z + 1) / 2) + col / 2, by.x);
  vec2 pair = (row & 1) == 0 ? v.xy : v.zw;
  return (col & 1) == 0 ? pair.x : pair.y;
}`,
  reader('one', 'return vec4(texelFetch(image, by.xy, 0).r);'),
  reader('same', 'return texelFetch(image, at, 0);'),
  reader('linear', 'return texelAt(image, at.y * shape.x + at.x, by.x);'),
  reader(
    'matrix',
    `ivec2 p = 2 * at;
  ivec2 q = p + 1;
  return vec4(texelFetch(image, p, 0).r, texelFetch(image, ivec2(q.x, p.y), 0).r, texelFetch(image, ivec2(p.x, q.y), 0).r, texelFetch(image, q, 0).r);`,
  ),
  byLane('flatly', (i) => `texelAt(image, ${i} + by.y, by.x).r`),
  byLane('repacked', (i) => `laneAt(image, ${i}, by)`),
]
