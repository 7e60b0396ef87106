import { setImmediate } from 'node:timers/promises';
import type { Addon } from '../native/addon';
import type { AttributeValue, GraphShape, NativeGraph, Output } from '../native/graph';

export interface OperationOptions {
  /** The exact name; by default the type within the current scope, made unique. */
  name?: string;
  /** Names of operations that must run before. */
  controlInputs?: string[];
}

/** How long the event loop may wait for a graph before it goes on. */
const TURN_MS = 10;

/** Adds operations to one graph and gives them names: `scope/Type`, `scope/Type_1`, …. */
export class GraphBuilder {
  readonly graph: NativeGraph;
  private readonly scopes: string[] = [];
  private readonly uses = new Map<string, number>();
  private turnBegan = performance.now();

  constructor(
    readonly addon: Addon,
    graph?: NativeGraph,
  ) {
    this.graph = graph ?? addon.createGraph();
  }

  /** Adds an operation with one output, and returns it. */
  op(
    type: string,
    inputs: (Output | Output[])[],
    attributes: Record<string, AttributeValue> = {},
    options: OperationOptions = {},
  ): Output {
    return `${this.add(type, inputs, attributes, options).name}:0`;
  }

  /** Adds an operation, and returns all its outputs. */
  outputs(
    type: string,
    inputs: (Output | Output[])[],
    attributes: Record<string, AttributeValue> = {},
    options: OperationOptions = {},
  ): Output[] {
    const { name, count } = this.add(type, inputs, attributes, options);
    return Array.from({ length: count }, (_, index) => `${name}:${index}`);
  }

  /** Adds an operation that is run for its effect, and returns its name. */
  effect(
    type: string,
    inputs: (Output | Output[])[],
    attributes: Record<string, AttributeValue> = {},
    options: OperationOptions = {},
  ): string {
    return this.add(type, inputs, attributes, options).name;
  }

  /** An operation that does nothing but wait for `operations`. */
  group(operations: string[], name?: string): string {
    return this.effect('NoOp', [], {}, { controlInputs: operations, ...(name === undefined ? {} : { name }) });
  }

  /** Operations that `build` adds are named below `scope`. */
  inScope<T>(scope: string, build: () => T): T {
    this.scopes.push(scope);
    try {
      return build();
    } finally {
      this.scopes.pop();
    }
  }

  /** As {@link inScope}, for what is built in several turns. Only one such thing may be under way. */
  async inScopeByTurns<T>(scope: string, build: () => Promise<T>): Promise<T> {
    this.scopes.push(scope);
    try {
      return await build();
    } finally {
      this.scopes.pop();
    }
  }

  /** Lets the event loop go on, where it has waited for a while: a large graph is built in several turns. */
  async turn(): Promise<void> {
    if (performance.now() - this.turnBegan < TURN_MS) return;
    await setImmediate();
    this.turnBegan = performance.now();
  }

  shape(output: Output): GraphShape {
    return this.graph.outputShape(output);
  }

  private add(
    type: string,
    inputs: (Output | Output[])[],
    attributes: Record<string, AttributeValue>,
    options: OperationOptions,
  ): { name: string; count: number } {
    const name = options.name ?? this.uniqueName(type);
    const count = this.graph.addOperation({
      type,
      name,
      inputs,
      attributes,
      ...(options.controlInputs ? { controlInputs: options.controlInputs } : {}),
    });
    return { name, count };
  }

  private uniqueName(type: string): string {
    const base = [...this.scopes, type].join('/');
    for (;;) {
      const used = this.uses.get(base) ?? 0;
      this.uses.set(base, used + 1);
      const name = used === 0 ? base : `${base}_${used}`;
      if (!this.graph.hasOperation(name)) return name;
    }
  }
}
