using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Waverless.Apps;
using Waverless.Hosting;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Runtime.Managed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Names what a node runs and how.</summary>
public static class WaverlessBuilderExtensions
{
    private const string Reflects = "Binds a delegate's parameters and results by reflection.";

    /// <summary>
    /// Adds apps: a folder with <c>app.yaml</c>, a zip, or a folder that holds such.
    /// </summary>
    /// <param name="builder">The node.</param>
    /// <param name="path">Relative paths start at the host's content root. Read at start.</param>
    public static IWaverlessBuilder AddApps(this IWaverlessBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var paths = WaverlessServiceCollectionExtensions.Sources(builder.Services).Paths;
        if (!paths.Contains(path, StringComparer.Ordinal))
        {
            paths.Add(path);
        }

        return builder;
    }

    /// <summary>
    /// Adds a .NET function: one parameter takes the payload (text for <c>string</c>, bytes, else
    /// JSON), others come from the invocation or the services; what it returns is the answer.
    /// </summary>
    /// <param name="builder">The node.</param>
    /// <param name="address"><c>app/function</c>.</param>
    /// <param name="handler">The function.</param>
    /// <param name="configure">
    /// Its triggers, keys and limits. Default: HTTP GET and POST, and rpc.
    /// </param>
    /// <exception cref="ArgumentException">The address or the signature cannot be used.</exception>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static IWaverlessBuilder AddFunction(
        this IWaverlessBuilder builder,
        string address,
        Delegate handler,
        Action<FunctionBuilder>? configure = null
    ) => builder.Add(FunctionRegistration.ForDelegate(address, handler, configure));

    /// <summary>Adds a .NET function with typed JSON in and out, without reflection.</summary>
    /// <typeparam name="TIn">What the payload is read as.</typeparam>
    /// <typeparam name="TOut">What the answer is written from.</typeparam>
    /// <param name="builder">The node.</param>
    /// <param name="address"><c>app/function</c>.</param>
    /// <param name="handler">The function.</param>
    /// <param name="input">How to read the payload.</param>
    /// <param name="output">How to write the answer.</param>
    /// <param name="configure">
    /// Its triggers, keys and limits. Default: HTTP GET and POST, and rpc.
    /// </param>
    public static IWaverlessBuilder AddFunction<TIn, TOut>(
        this IWaverlessBuilder builder,
        string address,
        Func<TIn, FunctionContext, ValueTask<TOut>> handler,
        JsonTypeInfo<TIn> input,
        JsonTypeInfo<TOut> output,
        Action<FunctionBuilder>? configure = null
    ) => builder.Add(FunctionRegistration.ForTyped(address, handler, input, output, configure));

    /// <summary>Adds a .NET function with a typed JSON payload and no answer.</summary>
    /// <typeparam name="TIn">What the payload is read as.</typeparam>
    /// <param name="builder">The node.</param>
    /// <param name="address"><c>app/function</c>.</param>
    /// <param name="handler">The function.</param>
    /// <param name="input">How to read the payload.</param>
    /// <param name="configure">
    /// Its triggers, keys and limits. Default: HTTP GET and POST, and rpc.
    /// </param>
    public static IWaverlessBuilder AddFunction<TIn>(
        this IWaverlessBuilder builder,
        string address,
        Func<TIn, FunctionContext, ValueTask> handler,
        JsonTypeInfo<TIn> input,
        Action<FunctionBuilder>? configure = null
    ) => builder.Add(FunctionRegistration.ForTyped(address, handler, input, configure));

    /// <summary>
    /// Adds a .NET function with a typed JSON answer; it reads its payload, if any, by its context.
    /// </summary>
    /// <typeparam name="TOut">What the answer is written from.</typeparam>
    /// <param name="builder">The node.</param>
    /// <param name="address"><c>app/function</c>.</param>
    /// <param name="handler">The function.</param>
    /// <param name="output">How to write the answer.</param>
    /// <param name="configure">
    /// Its triggers, keys and limits. Default: HTTP GET and POST, and rpc.
    /// </param>
    public static IWaverlessBuilder AddFunction<TOut>(
        this IWaverlessBuilder builder,
        string address,
        Func<FunctionContext, ValueTask<TOut>> handler,
        JsonTypeInfo<TOut> output,
        Action<FunctionBuilder>? configure = null
    ) => builder.Add(FunctionRegistration.ForTyped(address, handler, output, configure));

    /// <summary>Adds a .NET function that reads its payload and makes its answer itself.</summary>
    /// <param name="builder">The node.</param>
    /// <param name="address"><c>app/function</c>.</param>
    /// <param name="handler">The function.</param>
    /// <param name="configure">
    /// Its triggers, keys and limits. Default: HTTP GET and POST, and rpc.
    /// </param>
    public static IWaverlessBuilder AddFunction(
        this IWaverlessBuilder builder,
        string address,
        Func<FunctionContext, ValueTask<InvocationResult>> handler,
        Action<FunctionBuilder>? configure = null
    ) => builder.Add(FunctionRegistration.ForContext(address, handler, configure));

    /// <summary>
    /// Lets another app use keys of an app made of .NET functions, as <c>shares:</c> does in a
    /// manifest. The other app names them <c>@app/key</c>, declares them, and writes them with
    /// <see cref="CommitMode.Immediate"/> only.
    /// </summary>
    /// <param name="builder">The node.</param>
    /// <param name="app">Whose keys.</param>
    /// <param name="pattern">Which keys, such as <c>item_{}</c>.</param>
    /// <param name="with">The app that is let in.</param>
    /// <param name="operations">
    /// What it may do; <see cref="KeyOperations.Get"/> also lets the keys trigger its functions.
    /// </param>
    /// <exception cref="ArgumentException">A name or the pattern is not legal.</exception>
    public static IWaverlessBuilder Share(
        this IWaverlessBuilder builder,
        string app,
        string pattern,
        string with,
        KeyOperations operations
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(app);
        ArgumentException.ThrowIfNullOrEmpty(with);
        if (
            !KeyPattern.TryParse(pattern, out var parsed, out var reason)
            || (parsed.App is not null && (reason = "names an app") is not null)
        )
        {
            throw new ArgumentException(
                $"The key pattern '{pattern}' {reason}; expected one of '{app}', such as item_{{}}.",
                nameof(pattern)
            );
        }

        var shares = WaverlessServiceCollectionExtensions.Sources(builder.Services).Shares;
        shares.Add((app, new AppShare(with, parsed, operations)));
        return builder;
    }

    /// <summary>Changes the node's settings; they win over configuration.</summary>
    /// <param name="builder">The node.</param>
    /// <param name="configure">Changes them.</param>
    public static IWaverlessBuilder Configure(
        this IWaverlessBuilder builder,
        Action<WaverlessOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.PostConfigure(configure);
        return builder;
    }

    /// <summary>Keeps everything in memory: for tests and trials.</summary>
    /// <param name="builder">The node.</param>
    public static IWaverlessBuilder UseMemory(this IWaverlessBuilder builder) =>
        builder.Configure(options => options.DataFolder = null);

    private static IWaverlessBuilder Add(
        this IWaverlessBuilder builder,
        FunctionRegistration function
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        WaverlessServiceCollectionExtensions.Sources(builder.Services).Functions.Add(function);
        return builder;
    }
}
