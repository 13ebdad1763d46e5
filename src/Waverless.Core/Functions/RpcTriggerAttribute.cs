namespace Waverless.Functions;

/// <summary>Other functions may call the function.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RpcTriggerAttribute : Attribute;
