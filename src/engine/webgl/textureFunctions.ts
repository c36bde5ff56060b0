/** @internal */

/** How textures of every layout are read in GLSL. */
export const textureFunctions: readonly string[] = [
  // The number of the first of the four elements of a texel. `shape`: width, texels in a row, rows of texels, -;
  // `size`: rows, columns.
  `int firstIn(ivec2 at, ivec4 shape, ivec4 size) {
  int t = at.y * shape.x + at.x;
  int row = t / shape.y;
  int batch = row / shape.z;
  return (batch * size.x + 2 * (row - batch * shape.z)) * size.y + 2 * (t - row * shape.y);
}`,
  `bvec4 isInside(ivec2 at, ivec4 shape, ivec4 size) {
  int t = at.y * shape.x + at.x;
  int row = t / shape.y;
  int batch = row / shape.z;
  bool known = batch < size.z;
  bool right = known && 2 * (t - row * shape.y) + 1 < size.y;
  bool below = 2 * (row - batch * shape.z) + 1 < size.x;
  return bvec4(known, right, known && below, right && below);
}`,
  `bvec4 isWithin(ivec2 at, ivec4 size) {
  bool right = 2 * at.x + 1 < size.y;
  bool below = 2 * at.y + 1 < size.x * size.z;
  return bvec4(true, right, below, right && below);
}`,
  `vec4 linear(sampler2D image, ivec2 at, ivec4 shape, int width) {
  int t = at.y * shape.x + at.x;
  int y = t / width;
  return texelFetch(image, ivec2(t - y * width, y), 0);
}`,
  `vec4 matrix(sampler2D image, ivec2 at) {
  ivec2 p = 2 * at;
  return vec4(texelFetch(image, p, 0).r, texelFetch(image, p + ivec2(1, 0), 0).r, texelFetch(image, p + ivec2(0, 1), 0).r, texelFetch(image, p + ivec2(1, 1), 0).r);
}`,
  `float flatAt(sampler2D image, int i, int width) {
  int y = i / width;
  return texelFetch(image, ivec2(i - y * width, y), 0).r;
}`,
  `vec4 flatly(sampler2D image, ivec2 at, ivec4 shape, ivec4 size, ivec4 by) {
  int first = firstIn(at, shape, size);
  int cols = size.y;
  int i = first + by.y;
  return vec4(flatAt(image, i, by.x), flatAt(image, i + 1, by.x), flatAt(image, i + cols, by.x), flatAt(image, i + cols + 1, by.x));
}`,
  `float laneAt(sampler2D image, int i, ivec4 by) {
  int row = i / by.z;
  int col = i - row * by.z;
  int batch = row / by.y;
  row -= batch * by.y;
  int t = (batch * ((by.y + 1) / 2) + row / 2) * ((by.z + 1) / 2) + col / 2;
  int y = t / by.x;
  vec4 v = texelFetch(image, ivec2(t - y * by.x, y), 0);
  vec2 pair = (row & 1) == 0 ? v.xy : v.zw;
  return (col & 1) == 0 ? pair.x : pair.y;
}`,
  `vec4 repacked(sampler2D image, ivec2 at, ivec4 shape, ivec4 size, ivec4 by) {
  int first = firstIn(at, shape, size);
  int cols = size.y;
  return vec4(laneAt(image, first, by), laneAt(image, first + 1, by), laneAt(image, first + cols, by), laneAt(image, first + cols + 1, by));
}`,
]
