import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import ts from 'typescript'
import { programs } from './programs.js'
import { states } from './states.js'

const names = Object.keys(states)
const editor = () => programs.opened().editors.states
const checkerOf = () => editor().program.getTypeChecker()

const isTensor = (type: ts.Type): boolean => type.symbol?.name === 'Tensor' && type.getProperty('dataId') !== undefined

/** The rank that a tensor's type tells, if it tells one. */
const rankOf = (type: ts.Type): number | undefined => {
  const [rank] = checkerOf().getTypeArguments(type as ts.TypeReference) // an interface with type arguments
  const told = rank !== undefined && rank.isStringLiteral() ? /^R?(\d)$/.exec(rank.value)?.[1] : undefined
  return told === undefined ? undefined : Number(told)
}

/** Where a type says something else than a value is. */
const differences = (type: ts.Type, value: unknown, path: string): readonly string[] => {
  const told = checkerOf().typeToString(type)
  const wrong = (found: string): readonly string[] => [`${path}: the type says ${told}, the state has ${found}`]
  if (type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)) {
    const each = type.types.map((one) => differences(one, value, path))
    return each.find((found) => found.length === 0) ?? each.toSorted((a, b) => a.length - b.length)[0] ?? []
  }
  if (value === null) return type.flags & ts.TypeFlags.Null ? [] : wrong('null')
  if (typeof value === 'number') return type.flags & ts.TypeFlags.NumberLike ? [] : wrong('a number')
  if (value instanceof tf.Tensor) {
    const rank = rankOf(type)
    return isTensor(type) && (rank ?? value.rank) === value.rank ? [] : wrong(`a tensor of rank ${value.rank}`)
  }
  if (typeof value !== 'object') return wrong(typeof value)
  if (isTensor(type) || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return wrong('an object')
  return Array.isArray(value) ? ofList(type, value, path, wrong) : ofRecord(type, value, path, wrong)
}

type Wrong = (found: string) => readonly string[]

const ofList = (type: ts.Type, list: readonly unknown[], path: string, wrong: Wrong): readonly string[] => {
  const [element] = checkerOf().getTypeArguments(type as ts.TypeReference) // an array or a tuple
  if (checkerOf().isArrayType(type) && element) return list.flatMap((x, i) => differences(element, x, `${path}.${i}`))
  if (!checkerOf().isTupleType(type)) return wrong('a list')
  const parts = checkerOf().getTypeArguments(type as ts.TypeReference) // as above
  if (parts.length !== list.length) return wrong(`${list.length} parts`)
  return parts.flatMap((part, i) => differences(part, list[i], `${path}.${i}`))
}

const ofRecord = (type: ts.Type, record: object, path: string, wrong: Wrong): readonly string[] => {
  const indexed = (name: string): ts.Type | undefined =>
    checkerOf()
      .getIndexInfosOfType(type)
      .find(({ keyType }) => checkerOf().isTypeAssignableTo(checkerOf().getStringLiteralType(name), keyType))?.type
  const fields = new Map(type.getProperties().map((field) => [field.name, field]))
  const missing = [...fields.keys()].filter((name) => !(name in record))
  if (missing.length > 0) return wrong(`no ${missing.join(', ')}`)
  return Object.entries(record).flatMap(([name, value]) => {
    const field = fields.get(name)
    const part = field === undefined ? indexed(name) : checkerOf().getTypeOfSymbol(field)
    return part === undefined ? wrong(`${name} too`) : differences(part, value, `${path}.${name}`)
  })
}

/** What the types leave open, and why. */
const open = ['scaleByGalore.base', 'galore.0.base'] // the state of whichever optimizer was passed as base

/** Whether a call gives a transformation, or a function that makes one of others. */
const makesTransformation = (type: ts.Type): boolean =>
  type
    .getCallSignatures()
    .map((signature) => signature.getReturnType())
    .some((made) => made.getProperty('anatomy') !== undefined || makesTransformation(made))

/** What makes a transformation of the user's own parts, so that its state is as those are. */
const general = ['equation', 'plain', 'hide']

/** The types of states, compared with what states are. */
export const statesTests = (): void => {
  test('the type of each state is what it is', () => {
    const made = Object.entries<() => unknown>(states)
    const found = made.flatMap(([name, make]) => differences(editor().typeAt(name), make(), name))
    expect(made.length).toBeGreaterThan(150)
    expect(found.filter((each) => !open.some((path) => each.startsWith(`${path}: `)))).toEqual([])
  })

  test('every state has a name, and is read at a glance', () => {
    const shown = names.map((name) => editor().hover(name))
    expect(shown.filter((words) => words.split('\n').length > 8)).toEqual([])
    expect(shown.filter((words) => /\b(Equation|Numbers)State</.test(words))).toEqual([])
  })

  test('every constructor has a row', () => {
    const index = editor()
      .program.getSourceFiles()
      .find(({ fileName }) => fileName.endsWith('/src/index.ts'))
    const module = index && checkerOf().getSymbolAtLocation(index)
    const exported = module === undefined ? [] : checkerOf().getExportsOfModule(module)
    const constructors = exported
      .filter((symbol) => makesTransformation(checkerOf().getTypeOfSymbol(symbol)))
      .map(({ name }) => name)
    expect(constructors.length).toBeGreaterThan(130)
    const rows = new Set(names.map((name) => name.split(/[ ,]/)[0]))
    expect(constructors.filter((name) => !rows.has(name) && !general.includes(name))).toEqual([])
  })

  test('every field of a state has its line', () => {
    const silent = editor()
      .program.getSourceFiles()
      .filter(({ fileName }) => /\/src\/(transforms|optimizers|combinators|averaging|microbatching)\//.test(fileName))
      .flatMap(({ statements }) => statements.filter(ts.isInterfaceDeclaration))
      .filter(({ name }) => /\wState$/.test(name.text))
      .flatMap(({ name, members }) =>
        members
          .filter((member) => ts.getJSDocCommentsAndTags(member).length === 0)
          .map((member) => `${name.text}.${member.name?.getText() ?? ''}`),
      )
    expect(silent).toEqual([])
  })
}
