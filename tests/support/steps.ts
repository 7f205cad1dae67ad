// How much work a module does, counted instead of timed: the same on every machine, however busy. A step is one call of a function or
// one round of a loop; what the engine does within its own functions is none.
import ts from 'typescript';
import { build, type Rollup } from 'vite';

const COUNTER = 'globalThis.countedSteps';

/** A module with all it imports, made to count, and a reader of how many steps something takes in it. */
export async function withSteps<Module>(
  entry: string,
): Promise<{ module: Module; stepsOf: (run: () => void) => number }> {
  const [output] = (await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    esbuild: { tsconfigRaw: '{}' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: 'counted' },
    },
  })) as Rollup.RollupOutput[];
  const counted = ts.transpileModule(output!.output[0].code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
    transformers: { before: [countSteps] },
  }).outputText;
  const module = (await import(`data:text/javascript,${encodeURIComponent(counted)}`)) as Module;
  const counter = globalThis as unknown as { countedSteps: number };
  return {
    module,
    stepsOf(run) {
      counter.countedSteps = 0;
      run();
      return counter.countedSteps;
    },
  };
}

function countSteps(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const step = () => factory.createPostfixIncrement(factory.createIdentifier(COUNTER));
  const counting = (statement: ts.Statement) =>
    factory.createBlock([factory.createExpressionStatement(step()), statement], true);

  function visit(node: ts.Node): ts.Node {
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isForStatement(inner))
      return factory.updateForStatement(
        inner,
        inner.initializer,
        inner.condition,
        inner.incrementor,
        counting(inner.statement),
      );
    if (ts.isForOfStatement(inner))
      return factory.updateForOfStatement(
        inner,
        inner.awaitModifier,
        inner.initializer,
        inner.expression,
        counting(inner.statement),
      );
    if (ts.isWhileStatement(inner))
      return factory.updateWhileStatement(inner, inner.expression, counting(inner.statement));
    if (ts.isArrowFunction(inner) && !ts.isBlock(inner.body)) {
      const body = factory.createParenthesizedExpression(factory.createComma(step(), inner.body));
      return factory.updateArrowFunction(
        inner,
        inner.modifiers,
        inner.typeParameters,
        inner.parameters,
        inner.type,
        inner.equalsGreaterThanToken,
        body,
      );
    }
    if (ts.isBlock(inner) && ts.isFunctionLike(node.parent))
      return factory.updateBlock(inner, [factory.createExpressionStatement(step()), ...inner.statements]);
    return inner;
  }
  return (file) => ts.visitEachChild(file, visit, context);
}
