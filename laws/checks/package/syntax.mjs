const isNode = (value) => typeof value === 'object' && value !== null && typeof value.type === 'string'

/** The nodes right below one of a syntax tree. */
export const below = (node) => Object.values(node).flat().filter(isNode)
