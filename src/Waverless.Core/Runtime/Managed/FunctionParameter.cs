using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Waverless.Runtime.Managed;

/// <summary>A parameter of a delegate.</summary>
/// <param name="Type">The type that the delegate wants.</param>
/// <param name="Declaration">Where it is declared: name, attributes, default value.</param>
internal sealed record FunctionParameter(Type Type, ParameterInfo Declaration)
{
    /// <summary>Whether null is a legal argument; code without annotations accepts it.</summary>
    public bool AcceptsNull { get; } =
        new NullabilityInfoContext().Create(Declaration).WriteState is not NullabilityState.NotNull;

    /// <summary>Whether something stands in for an argument that is not there.</summary>
    public bool IsOptional =>
        Declaration.HasDefaultValue
        || new NullabilityInfoContext().Create(Declaration).WriteState is NullabilityState.Nullable;

    /// <summary>What stands in; null stands for the default of a value type as well.</summary>
    public object? Default => Declaration.HasDefaultValue ? Declaration.DefaultValue : null;

    /// <summary>The parameters of a delegate, in order.</summary>
    [RequiresUnreferencedCode(DelegateBinding.Reflects)]
    public static FunctionParameter[] Of(Delegate function)
    {
        // Types are the delegate's, which variance may make narrower than the method's; names and
        // attributes are the method's, which has one parameter more when it is closed over it.
        var wanted = function.GetType().GetMethod("Invoke")!.GetParameters();
        var declared = function.Method.GetParameters();
        var first = declared.Length - wanted.Length;
        return
        [
            .. wanted.Select(
                (parameter, i) =>
                    new FunctionParameter(
                        parameter.ParameterType,
                        first < 0 ? parameter : declared[first + i]
                    )
            ),
        ];
    }

    /// <summary>Name and type, for messages.</summary>
    public override string ToString() => $"'{Declaration.Name}' ({TypeText.Of(Type)})";
}
