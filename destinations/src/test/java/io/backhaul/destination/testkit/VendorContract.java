/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Wire;
import io.backhaul.destination.sandbox.WireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A vendor's own machine-readable description of its API, to which requests are held: method, path,
 * query, headers and body. Names that the description does not have are problems, too, so that a
 * misspelt one is found, but for objects whose fields are the customer's own.
 *
 * <p>Descriptions are read from a folder {@code shared/contracts} of this or any directory above;
 * they are the vendors' and no part of the project.
 */
public final class VendorContract {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, Optional<VendorContract>> FOUND = new ConcurrentHashMap<>();

  /** One description. Where the vendor's newer pages say otherwise, they win: {@code amended}. */
  private record Description(String file, Consumer<ObjectNode> amended) {}

  private static final Map<String, List<Description>> DESCRIPTIONS =
      Map.of(
          "slack",
          List.of(new Description("slack/slack_web_openapi_v2.json", VendorContract::slack)),
          "iterable",
          List.of(new Description("iterable/api-docs.json", any -> {})),
          "marketo",
          List.of(
              new Description("marketo/swagger-mapi.json", VendorContract::marketo),
              new Description("marketo/swagger-identity.json", any -> {})));

  private final String vendor;
  private final List<OpenApiInteractionValidator> validators;

  private VendorContract(String vendor, List<OpenApiInteractionValidator> validators) {
    this.vendor = vendor;
    this.validators = validators;
  }

  /**
   * A vendor's description ({@code slack}, {@code iterable}, {@code marketo}), if it is at hand.
   */
  public static Optional<VendorContract> find(String vendor) {
    return FOUND.computeIfAbsent(vendor, VendorContract::read);
  }

  /** The same; where it is not at hand the test is skipped and says so. */
  public static VendorContract of(String vendor) {
    return find(vendor)
        .orElseGet(() -> abort("no folder shared/contracts with a description of " + vendor));
  }

  private static Optional<VendorContract> read(String vendor) {
    List<OpenApiInteractionValidator> validators = new ArrayList<>();
    for (Description description : DESCRIPTIONS.get(vendor)) {
      Optional<Path> file = file(description.file());
      if (file.isEmpty()) {
        return Optional.empty();
      }
      validators.add(validator(description, file.get()));
    }
    return Optional.of(new VendorContract(vendor, List.copyOf(validators)));
  }

  private static Optional<Path> file(String name) {
    Path folder = Path.of("").toAbsolutePath();
    for (; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("shared").resolve("contracts").resolve(name);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static OpenApiInteractionValidator validator(Description description, Path file) {
    try {
      ObjectNode document = (ObjectNode) JSON.readTree(file.toFile());
      trim(document);
      open(document);
      description.amended().accept(document);
      return OpenApiInteractionValidator.createForInlineApiSpecification(document.toString())
          .withLevelResolver(
              LevelResolver.create()
                  // No description says of a single call that it takes no further headers.
                  .withLevel(
                      "validation.request.parameter.header.unexpected",
                      ValidationReport.Level.IGNORE)
                  .build())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What no request is judged by, and in which the vendors' descriptions are not well-formed. */
  private static void trim(ObjectNode document) {
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        if (operation instanceof ObjectNode call) {
          call.remove("operationId");
          call.putObject("responses").putObject("default").put("description", "any");
        }
      }
    }
  }

  /** An object that is described by no property has any, for example a person's data fields. */
  private static void open(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && !object.has("properties")
        && !object.has("allOf")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", true);
    }
    schema.forEach(VendorContract::open);
  }

  /**
   * A token goes into the header {@code Authorization} (docs.slack.dev, "Web API"), where in 2021
   * it was a parameter. Where a call takes JSON, its parameters are the body's keys; then blocks,
   * attachments and metadata are structures, not texts that hold them. A time stamp is a text
   * ("chat.delete"): as a number it would lose digits.
   */
  private static void slack(ObjectNode document) {
    document.remove("definitions");
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        ArrayNode parameters = ((ObjectNode) operation).withArray("/parameters");
        parameters.forEach(
            parameter -> {
              if (parameter.path("name").asText().equals("token")) {
                ((ObjectNode) parameter).put("required", false);
              }
            });
        if (operation.path("consumes").toString().contains("json")) {
          inJson((ObjectNode) operation, parameters.deepCopy());
        }
      }
    }
  }

  private static void inJson(ObjectNode operation, ArrayNode parameters) {
    ArrayNode kept = operation.putArray("parameters");
    ObjectNode body = kept.addObject().put("in", "body").put("name", "body");
    ObjectNode schema = body.putObject("schema").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("metadata").put("type", "object").put("additionalProperties", true);
    for (JsonNode parameter : parameters) {
      String name = parameter.path("name").asText();
      if (!parameter.path("in").asText().equals("formData")) {
        kept.add(parameter);
        continue;
      }
      String type = name.equals("ts") ? "string" : parameter.path("type").asText();
      ObjectNode property = properties.putObject(name).put("type", type);
      if (name.equals("blocks") || name.equals("attachments")) {
        ObjectNode items = property.put("type", "array").putObject("items");
        items.put("type", "object").put("additionalProperties", true);
      }
      if (parameter.path("required").asBoolean(false)) {
        schema.withArray("/required").add(name);
      }
    }
    operation.putArray("consumes").add("application/json");
  }

  /**
   * People and custom objects have fields of the customer's own. What is required of a custom
   * object is what answers hold: by the page "Custom Objects" a request has neither seq nor
   * marketoGUID.
   */
  private static void marketo(ObjectNode document) {
    for (String open : List.of("Lead", "CustomObject")) {
      ObjectNode schema = (ObjectNode) document.path("definitions").path(open);
      schema.put("additionalProperties", true).remove("required");
    }
  }

  /** Fails if the request is not as the vendor describes it. */
  public void check(WireRequest request) {
    check(request.method(), request.target(), request.headers(), request.body());
  }

  /** Fails if the request is not as the vendor describes it; its host is the vendor's. */
  public void check(Wire.Request request) {
    String query = request.uri().getRawQuery();
    String target = request.uri().getRawPath() + (query == null ? "" : "?" + query);
    check(request.method(), target, request.headers(), request.body());
  }

  private void check(String method, String target, Map<String, String> headers, byte[] body) {
    assertThat(problems(method, target, headers, body))
        .as("%s of %s as %s describes it", method, target, vendor)
        .isEmpty();
  }

  /**
   * What the vendor's description has against a request.
   *
   * @param target path and query, percent-encoded
   * @param body or {@code null}
   */
  public List<String> problems(
      String method, String target, Map<String, String> headers, byte[] body) {
    Request request = request(method, target, headers, body);
    List<String> problems = List.of();
    for (OpenApiInteractionValidator validator : validators) {
      problems =
          validator.validateRequest(request).getMessages().stream()
              .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
              .map(message -> message.getKey() + ": " + message.getMessage())
              .toList();
      if (problems.stream().noneMatch(problem -> problem.contains("request.path.missing"))) {
        break;
      }
    }
    return problems;
  }

  private static Request request(
      String method, String target, Map<String, String> headers, byte[] body) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    SimpleRequest.Builder request = new SimpleRequest.Builder(method, path);
    headers.forEach(request::withHeader);
    if (mark >= 0) {
      query(target.substring(mark + 1)).forEach(request::withQueryParam);
    }
    return body == null || body.length == 0 ? request.build() : request.withBody(body).build();
  }

  private static Map<String, List<String>> query(String text) {
    Map<String, List<String>> query = new TreeMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.computeIfAbsent(decoded(name), any -> new ArrayList<>()).add(decoded(value));
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
