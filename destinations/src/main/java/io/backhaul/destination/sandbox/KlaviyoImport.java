/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.KlaviyoProfiles.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * One call that carries profiles: an import job, of which {@code queue} takes the number of
 * profiles and the errors, or one profile, which is answered with itself or refused.
 */
final class KlaviyoImport implements SandboxApi {

  private static final int MAX_PROFILES = 10_000;
  private static final int MAX_BYTES = 5_000_000;

  private final boolean alone;
  private final KlaviyoProfiles profiles;
  private final BiFunction<Integer, ArrayNode, WireReply> queue;
  private final ArrayNode errors = KlaviyoProfiles.JSON.createArrayNode();
  private final List<JsonNode> items = new ArrayList<>();

  /**
   * @param alone whether it carries one profile
   */
  KlaviyoImport(
      boolean alone, KlaviyoProfiles profiles, BiFunction<Integer, ArrayNode, WireReply> queue) {
    this.alone = alone;
    this.profiles = profiles;
    this.queue = queue;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    JsonNode data = KlaviyoProfiles.JSON.readTree(request.body()).path("data");
    if (alone) {
      items.add(data);
    } else {
      data.at("/attributes/profiles/data").forEach(items::add);
    }
    if (items.isEmpty() || items.size() > MAX_PROFILES || request.body().length > MAX_BYTES) {
      throw new BadRequest("an import takes 1 to 10,000 profiles in 5 MB");
    }
    List<Incoming> records = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i);
      Problem problem = profiles.problem(item);
      if (problem != null) {
        error(problem, item);
        continue;
      }
      ObjectNode fields = KlaviyoProfiles.flat(item);
      records.add(
          new Incoming(
              profiles.name(item),
              fields.toString(),
              KlaviyoProfiles.watched(fields, watch),
              Integer.toString(i)));
    }
    return new Posted(KlaviyoProfiles.OBJECT, "upsert", records, alone ? 400 : 0);
  }

  private void error(Problem problem, JsonNode item) {
    ObjectNode error = errors.addObject().put("type", "import-error");
    ObjectNode attributes = error.put("id", "error-" + errors.size()).putObject("attributes");
    KlaviyoProfiles.describe(attributes, problem);
    attributes.set("original_payload", item.path("attributes"));
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    if (alone) {
      return results.isEmpty() ? refused() : whole(results.get(0));
    }
    for (Result result : results) {
      if (!result.applied()) {
        boolean retry = result.status().equals("retry");
        Problem problem =
            new Problem(
                retry ? "throttled" : result.code(),
                KlaviyoProfiles.pointer(result.field()),
                result.message(),
                null);
        error(problem, items.get(Integer.parseInt(result.record().mark())));
      }
    }
    return queue.apply(items.size(), errors);
  }

  private WireReply refused() {
    JsonNode attributes = errors.path(0).path("attributes");
    Problem problem = profiles.problem(items.get(0));
    String code = attributes.path("code").asText();
    return KlaviyoProfiles.refusal(code.equals("duplicate_profile") ? 409 : 400, problem);
  }

  private WireReply whole(Result result) {
    ObjectNode body = KlaviyoProfiles.JSON.createObjectNode();
    ObjectNode data = body.putObject("data").put("type", "profile").put("id", result.id());
    data.set("attributes", items.get(0).path("attributes"));
    return WireReply.of(result.created() ? 201 : 200, Map.of(), body.toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return KlaviyoProfiles.refusal(
        status, new Problem(code, KlaviyoProfiles.pointer(field), message, null));
  }
}
