export const weightsPicture: (weights: readonly number[], label: string) => string
export const pathPicture: (points: readonly (readonly [x: number, y: number])[], label: string) => string
