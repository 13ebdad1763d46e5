using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Finds out what each parameter of a method is.</summary>
internal sealed class ParametersReader(
    IMethodSymbol method,
    JsonTypes json,
    PlaceholderNames placeholders,
    List<Finding> findings
)
{
    private readonly List<Argument> _arguments = [];
    private readonly List<string> _needs = [];
    private readonly List<string> _payloads = [];

    public ReadParameters Read()
    {
        foreach (var parameter in method.Parameters)
        {
            if (ParameterShape.Refuse(parameter) is { } why)
            {
                Report(Rules.BadParameter, parameter, parameter.Name, why);
            }
            else if (Read(parameter) is { } argument)
            {
                _arguments.Add(argument);
            }
        }

        if (_payloads.Count > 1)
        {
            var names = string.Join(" and ", _payloads.Select(name => $"'{name}'"));
            Report(Rules.SeveralPayloads, method, names, method.Name);
        }

        return new ReadParameters(_arguments, _needs);
    }

    private Argument? Read(IParameterSymbol parameter)
    {
        if (ContextArgument.Read(parameter) is { } ofContext)
        {
            if (Names.Of(parameter.Type) == Names.Key && !placeholders.HasTriggers)
            {
                Report(
                    Rules.KeyWithoutTrigger,
                    parameter,
                    parameter.Name,
                    "is the key of a key event, but no key starts the function; expected "
                        + "[KvTrigger]"
                );
            }

            return ofContext;
        }

        if (ServiceArgument.IsMarked(parameter))
        {
            return Service(parameter);
        }

        if (placeholders.Contains(parameter.Name))
        {
            return Part(parameter);
        }

        if (PlainPayload.Read(parameter) is { } plain)
        {
            _payloads.Add(parameter.Name);
            return plain;
        }

        var type = ParameterShape.Underlying(parameter.Type) ?? parameter.Type;
        if (json.Knows(parameter.Type) || json.Knows(type))
        {
            return Json(parameter);
        }

        if (parameter.Type.IsAbstract)
        {
            return Service(parameter);
        }

        Report(Rules.AmbiguousParameter, parameter, parameter.Name, Names.Short(type), json.Name);
        return null;
    }

    private Argument Service(IParameterSymbol parameter)
    {
        var service = ServiceArgument.Read(parameter, "context.Services");
        if (service.Need is { } need)
        {
            _needs.Add(need);
        }

        return new Argument(Names.Of(parameter.Type), service.Value);
    }

    private Argument? Part(IParameterSymbol parameter)
    {
        var part = PartArgument.Read(
            parameter,
            isAlwaysThere: placeholders.AllContain(parameter.Name),
            out var why
        );
        if (part is null)
        {
            Report(Rules.BadPart, parameter, parameter.Name, why!);
        }

        return part;
    }

    private Argument Json(IParameterSymbol parameter)
    {
        _payloads.Add(parameter.Name);
        var isKeyOnly =
            placeholders.HasTriggers
            && method.Find(Names.Http) is null
            && method.Find(Names.Rpc) is null
            && method.Find(Names.Queue) is null;
        if (isKeyOnly)
        {
            Report(
                Rules.KeyWithoutTrigger,
                parameter,
                parameter.Name,
                "is JSON, but only key events start the function, whose payload is the key; "
                    + "expected FunctionContext.GetJsonAsync for the value"
            );
        }

        return JsonPayload.Read(parameter, json);
    }

    private void Report(DiagnosticDescriptor rule, ISymbol at, params string[] arguments) =>
        findings.Add(Finding.At(rule, at.Locations.FirstOrDefault(), arguments));
}
