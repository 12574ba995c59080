import { join, relative } from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { API, TypeFlags } from 'typescript/unstable/sync';

/**
 * Members of interfaces and object types that no production code reads, as `path:line Type.member`. Reads are those that the type checker
 * sees: `x.member`, destructuring, `x['member']`, `'member' in x`. A value that is passed on as another type counts as read as far as that
 * type is, and wholly where it becomes `unknown` or a type of a library.
 *
 * @param {string} root Holds `tsconfig.json`; members are those of `apps/*\/src` and `packages/*\/src`.
 * @returns {{ at: string, member: string }[]}
 */
export function unreadMembers(root) {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] }).getProjects();
    return new Search(root, project).run();
  } finally {
    api.close();
  }
}

const testOnly =
  /\.test\.ts$|^(apps|packages)\/[^/]+\/((src\/)?testing|test|bench)\/|\/testing\/|^packages\/(testkit|e2e|platform)\//;
const usedByTests = /^packages\/(simulator|laptop|process|redis\/src\/server)\//;
const source = /^(apps|packages)\/[^/]+\/(src|test)\//;

/** Types that only select or describe: their members have no values that code could read. */
const describes = new Set([
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.ConstructorType,
  SyntaxKind.TypeReference,
  SyntaxKind.TypeParameter,
  SyntaxKind.NewExpression,
]);
/** Expressions that have no members of a declared type, or whose parts are looked at by themselves. */
const literals = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NumericLiteral,
  SyntaxKind.TemplateExpression,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.ArrowFunction,
  SyntaxKind.FunctionExpression,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.Block,
]);

class Search {
  #root;
  #program;
  #checker;
  #declared = [];
  #accesses = [];
  #elements = [];
  #patterns = [];
  #ins = [];
  #flows = [];
  /** Types that count as read wholly: those of which the code only needs the keys, or that an expression has to satisfy. */
  #wholes = [];
  #namesInTests = new Set();
  #read = new Set();
  #edges = [];
  #deep = new Map();

  constructor(root, { program, checker }) {
    this.#root = root;
    this.#program = program;
    this.#checker = checker;
  }

  run() {
    for (const path of this.#program.getSourceFileNames()) {
      const name = relative(this.#root, path);
      if (!source.test(name) || name.includes('node_modules/')) continue;
      const file = this.#program.getSourceFile(path);
      if (testOnly.test(name)) this.#collectNames(file);
      else this.#collect(file);
    }
    this.#readByName();
    const symbols = this.#checker.getSymbolAtLocation(this.#declared.map(({ name }) => name));
    const members = this.#declared.map((node, index) => ({ node, keys: keysOf(symbols[index]) }));
    const isRead = ({ node, keys }) =>
      keys.some((key) => this.#read.has(key)) ||
      (usedByTests.test(this.#nameOf(node)) && this.#namesInTests.has(node.name.text));
    this.#readByFlow(members.filter((member) => !isRead(member)));
    return members
      .filter((member) => !isRead(member))
      .map(({ node }) => ({ at: `${this.#nameOf(node)}:${lineOf(node)}`, member: pathOf(node) }));
  }

  #nameOf(node) {
    return relative(this.#root, node.getSourceFile().fileName);
  }

  #collectNames(node) {
    if (node.kind === SyntaxKind.PropertyAccessExpression) this.#namesInTests.add(node.name.text);
    if (node.kind === SyntaxKind.BindingElement) this.#namesInTests.add((node.propertyName ?? node.name)?.text);
    node.forEachChild((child) => this.#collectNames(child));
  }

  #collect(node) {
    switch (node.kind) {
      case SyntaxKind.PropertySignature:
      case SyntaxKind.MethodSignature:
        if (!isDescription(node)) this.#declared.push(node);
        break;
      case SyntaxKind.PropertyAccessExpression:
        if (!isAssigned(node)) this.#accesses.push(node.name);
        break;
      case SyntaxKind.ElementAccessExpression:
        this.#elements.push(node);
        break;
      case SyntaxKind.ObjectBindingPattern:
        this.#patterns.push(node);
        break;
      case SyntaxKind.SatisfiesExpression:
        this.#wholes.push(node.type);
        break;
      case SyntaxKind.TypeOperator:
        if (node.operator === SyntaxKind.KeyOfKeyword) this.#wholes.push(node.type);
        break;
      case SyntaxKind.BinaryExpression:
        if (node.operatorToken.kind === SyntaxKind.InKeyword) this.#ins.push(node);
        break;
      default:
    }
    if (passesOn(node)) this.#flows.push(node);
    node.forEachChild((child) => this.#collect(child));
  }

  /** What is read by a name that stands in the code. */
  #readByName() {
    for (const symbol of this.#checker.getSymbolAtLocation(this.#accesses)) this.#mark(symbol);
    const patterned = this.#patterns.map((node) => (isParameterWithDefault(node.parent) ? node.parent : node));
    for (const [index, type] of this.#typesAt(patterned).entries()) {
      for (const { propertyName, name, dotDotDotToken } of this.#patterns[index].elements) {
        if (!dotDotDotToken) this.#markMember(type, (propertyName ?? name).text);
      }
    }
    const keys = this.#typesAt(this.#elements.map(({ argumentExpression }) => argumentExpression));
    for (const [index, type] of this.#typesAt(this.#elements.map(({ expression }) => expression)).entries()) {
      for (const { value } of partsOf(keys[index])) this.#markMember(type, value);
    }
    for (const [index, type] of this.#typesAt(this.#ins.map(({ right }) => right)).entries()) {
      this.#markMember(type, this.#ins[index].left.text);
    }
  }

  /** What is read because its value goes on as something else. */
  #readByFlow(unread) {
    const wanted = new Set(unread.flatMap(({ keys }) => keys));
    for (const node of this.#wholes) this.#markAll(this.#checker.getTypeFromTypeNode(node), wanted);
    for (const [index, type] of this.#typesAt(this.#flows).entries()) {
      if (this.#membersOf(type, wanted).length === 0) continue;
      const target = this.#targetOf(this.#flows[index]);
      if (target) this.#flow(type, target, wanted);
    }
    for (let more = true; more; ) {
      more = false;
      for (const [from, to] of this.#edges) {
        if (this.#read.has(from) || (wanted.has(to) && !this.#read.has(to))) continue;
        this.#read.add(from);
        more = true;
      }
    }
  }

  #targetOf(node) {
    const { parent } = node;
    if (parent.kind !== SyntaxKind.VariableDeclaration)
      return withoutTuples(() => this.#checker.getContextualType(node));
    return parent.type && this.#checker.getTypeFromTypeNode(parent.type);
  }

  #flow(from, to, wanted, depth = 0) {
    if (!from || !to || from.id === to.id || depth > 5) return;
    if (to.flags & TypeFlags.Union) {
      for (const part of partsOf(to)) this.#flow(from, part, wanted, depth);
      return;
    }
    if (from.flags & TypeFlags.UnionOrIntersection) {
      for (const part of partsOf(from)) this.#flow(part, to, wanted, depth);
      return;
    }
    if (to.flags & (TypeFlags.AnyOrUnknown | TypeFlags.NonPrimitive)) {
      this.#markAll(from, wanted);
      return;
    }
    if (!(from.flags & TypeFlags.Object) || !(to.flags & (TypeFlags.Object | TypeFlags.Intersection))) return;
    if (this.#membersOf(from, wanted).length === 0) return;
    if (this.#checker.isArrayLikeType(from) && this.#checker.isArrayLikeType(to)) {
      const [item, other] = [from, to].map((type) => this.#itemOf(type));
      this.#flow(item, other, wanted, depth + 1);
      return;
    }
    const index = this.#checker.getIndexInfosOfType(to)[0];
    for (const property of this.#checker.getPropertiesOfType(from)) {
      const target = this.#checker.getPropertyOfType(to, property.name);
      if (target) {
        for (const key of keysOf(property)) for (const other of keysOf(target)) this.#edges.push([key, other]);
        this.#flow(this.#typeOf(property), this.#typeOf(target), wanted, depth + 1);
      } else if (index) {
        this.#mark(property);
        this.#flow(this.#typeOf(property), index.valueType, wanted, depth + 1);
      }
    }
  }

  /** The members of a type that are not read so far, at any depth. */
  #membersOf(type, wanted, seen = new Set()) {
    if (!type || seen.has(type.id)) return [];
    if (this.#deep.has(type.id)) return this.#deep.get(type.id);
    const outermost = seen.size === 0;
    seen.add(type.id);
    const found = new Set();
    for (const part of partsOf(type)) {
      if (part !== type) for (const key of this.#membersOf(part, wanted, seen)) found.add(key);
      else if (part.flags & TypeFlags.Object) this.#addMembers(part, wanted, seen, found);
    }
    const keys = [...found];
    if (outermost) this.#deep.set(type.id, keys);
    return keys;
  }

  #addMembers(type, wanted, seen, found) {
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const keys = keysOf(property);
      if (!keys.some((key) => key.startsWith(this.#root) && !key.includes('node_modules'))) continue;
      for (const key of keys) if (wanted.has(key)) found.add(key);
      for (const key of this.#membersOf(this.#typeOf(property), wanted, seen)) found.add(key);
    }
    for (const { valueType } of this.#checker.getIndexInfosOfType(type)) {
      for (const key of this.#membersOf(valueType, wanted, seen)) found.add(key);
    }
    if (!this.#checker.isArrayLikeType(type)) return;
    for (const item of withoutTuples(() => this.#checker.getTypeArguments(type)) ?? []) {
      for (const key of this.#membersOf(item, wanted, seen)) found.add(key);
    }
  }

  #markAll(type, wanted) {
    for (const key of this.#membersOf(type, wanted)) this.#read.add(key);
  }

  #typeOf(symbol) {
    return withoutTuples(() => this.#checker.getTypeOfSymbol(symbol));
  }

  #itemOf(type) {
    return withoutTuples(() => this.#checker.getTypeArguments(type))?.[0];
  }

  #markMember(type, name) {
    if (!type || typeof name !== 'string') return;
    this.#mark(this.#checker.getPropertyOfType(type, name));
    for (const part of partsOf(type)) this.#mark(this.#checker.getPropertyOfType(part, name));
  }

  #mark(symbol) {
    for (const key of keysOf(symbol)) this.#read.add(key);
  }

  /** In one request; TypeScript 7.0 fails on some tuples, which are then left out. */
  #typesAt(nodes) {
    if (nodes.length === 0) return [];
    const types = withoutTuples(() => this.#checker.getTypeAtLocation(nodes));
    if (types) return types;
    if (nodes.length === 1) return [undefined];
    const half = Math.ceil(nodes.length / 2);
    return [...this.#typesAt(nodes.slice(0, half)), ...this.#typesAt(nodes.slice(half))];
  }
}

/** What a request to the type checker gives; undefined for the tuples on which TypeScript 7.0's API fails. */
function withoutTuples(request) {
  try {
    return request();
  } catch (error) {
    if (error.message.includes('TupleType')) return undefined;
    throw error;
  }
}

function keysOf(symbol) {
  return (symbol?.declarations ?? []).map(({ path, index }) => `${path} ${index}`);
}

function partsOf(type) {
  if (!type) return [];
  if (!(type.flags & TypeFlags.UnionOrIntersection)) return [type];
  return withoutTuples(() => type.getTypes()) ?? [];
}

function isParameterWithDefault({ kind, initializer }) {
  return kind === SyntaxKind.Parameter && initializer !== undefined;
}

function isAssigned(node) {
  const { parent } = node;
  return (
    parent.kind === SyntaxKind.BinaryExpression &&
    parent.left === node &&
    parent.operatorToken.kind === SyntaxKind.EqualsToken
  );
}

function isDescription(node) {
  let { parent } = node;
  while (parent && parent.kind !== SyntaxKind.Block) {
    if (describes.has(parent.kind)) return true;
    ({ parent } = parent);
  }
  return false;
}

/** Whether the value of this expression becomes an argument, a property, a variable with a type, or what a function returns. */
function passesOn(node) {
  if (literals.has(node.kind) || isPlainLiteral(node)) return false;
  const { parent } = node;
  switch (parent?.kind) {
    case SyntaxKind.CallExpression:
    case SyntaxKind.NewExpression:
      return parent.expression !== node && parent.arguments?.includes(node);
    case SyntaxKind.PropertyAssignment:
      return parent.initializer === node;
    case SyntaxKind.VariableDeclaration:
      return parent.initializer === node && parent.type !== undefined;
    case SyntaxKind.ShorthandPropertyAssignment:
      return parent.name === node;
    case SyntaxKind.ArrayLiteralExpression:
    case SyntaxKind.ReturnStatement:
    case SyntaxKind.YieldExpression:
      return true;
    case SyntaxKind.ArrowFunction:
      return parent.body === node;
    case SyntaxKind.BinaryExpression:
      return parent.right === node && parent.operatorToken.kind === SyntaxKind.EqualsToken;
    default:
      return false;
  }
}

/** An object or array written out inside of another, without a spread: each part of it is passed on by itself. */
function isPlainLiteral({ kind, properties, elements, parent }) {
  if (![SyntaxKind.PropertyAssignment, SyntaxKind.ArrayLiteralExpression].includes(parent?.kind)) return false;
  if (kind === SyntaxKind.ObjectLiteralExpression) return !properties.some(isSpread);
  return kind === SyntaxKind.ArrayLiteralExpression && !elements.some(isSpread);
}

function isSpread({ kind }) {
  return kind === SyntaxKind.SpreadAssignment || kind === SyntaxKind.SpreadElement;
}

function lineOf(node) {
  const { text } = node.getSourceFile();
  return text.slice(0, node.name.pos + 1).split('\n').length;
}

function pathOf(node) {
  const names = [];
  for (let at = node; at; at = at.parent) if (at.name?.text) names.unshift(at.name.text);
  return names.join('.');
}
