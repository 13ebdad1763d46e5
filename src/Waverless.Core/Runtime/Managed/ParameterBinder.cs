namespace Waverless.Runtime.Managed;

/// <summary>Finds the argument of one parameter. The payload is bytes when it is called.</summary>
/// <param name="context">The invocation.</param>
internal delegate object? ParameterBinder(FunctionContext context);
