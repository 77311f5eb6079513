/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * An import job as Klaviyo tells of it. It names no profile that was imported, only those that were
 * not, each by the payload it had: who is not named was imported if the numbers agree.
 *
 * @param status {@code queued}, {@code processing}, {@code complete} or {@code cancelled}
 * @param total of profiles
 * @param completed of them, or -1 where nothing is said
 * @param failed of them
 */
record KlaviyoJob(String id, String status, long total, long completed, long failed) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_=-]{1,200}");

  private static final String TYPE = "profile-bulk-import-job";

  /** Whether {@code data} of an answer is a job. */
  static boolean isJob(JsonNode data) {
    return data.path("type").asText("").equals(TYPE);
  }

  /**
   * Reads {@code data} of an answer.
   *
   * @throws DestinationException (contradictory) if it cannot be a job
   */
  static KlaviyoJob of(JsonNode data, int httpStatus) {
    String id = data.path("id").asText("");
    JsonNode attributes = data.path("attributes");
    String status = attributes.path("status").asText("");
    boolean known = Set.of("queued", "processing", "complete", "cancelled").contains(status);
    if (!isJob(data) || !known || !ID.matcher(id).matches()) {
      throw DestinationException.contradictory(
          httpStatus, "the answer tells of no job: is url Klaviyo's address?");
    }
    return new KlaviyoJob(
        id,
        status,
        attributes.path("total_count").asLong(0),
        attributes.path("completed_count").asLong(-1),
        attributes.path("failed_count").asLong(0));
  }

  boolean ended() {
    return status.equals("complete") || status.equals("cancelled");
  }

  /** Results when it has ended; {@code errors} are all of its import errors. */
  List<RecordResult> results(Batch batch, List<KlaviyoProfile> sent, List<JsonNode> errors) {
    if (failed > sent.size()) {
      throw DestinationException.contradictory(
          200, "the job has failed with more profiles than there are in " + batch);
    }
    Matching matching = new Matching(batch, sent);
    matching.take(errors);
    boolean untold = failed > matching.settled();
    // Whether completed counts the failed ones as well is not documented.
    boolean unfinished = completed >= 0 && completed + failed < total;
    if (untold) {
      matching.rest("some profiles failed, and nothing tells which");
    } else if (status.equals("cancelled")) {
      // Nobody knows how far it came; what is imported twice does no harm.
      matching.rest(key -> new RecordResult.Retry(key, "cancelled"));
    } else if (unfinished) {
      matching.rest("the job accounts for fewer profiles than it was given");
    } else {
      matching.rest(key -> new RecordResult.Applied(key, null));
    }
    return matching.done;
  }

  /** Results as far as a list of import errors tells, without the job they are of. */
  static List<RecordResult> failures(
      Batch batch, List<KlaviyoProfile> sent, List<JsonNode> errors) {
    Matching matching = new Matching(batch, sent);
    matching.take(errors);
    matching.rest("errors alone do not tell whether the job has imported the others");
    return matching.done;
  }

  /** Finds the profiles that errors are about. */
  private static final class Matching {

    private final Batch batch;
    private final Map<String, KlaviyoProfile> open = new LinkedHashMap<>();
    private final Map<String, KlaviyoProfile> byMark = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final List<RecordResult> done = new ArrayList<>();
    private final int sent;

    Matching(Batch batch, List<KlaviyoProfile> profiles) {
      this.batch = batch;
      this.sent = profiles.size();
      for (KlaviyoProfile profile : profiles) {
        open.put(profile.change().key(), profile);
        profile
            .marks()
            .forEach(
                (identifier, value) -> {
                  if (byMark.putIfAbsent(identifier + " " + value, profile) != null) {
                    ambiguous.add(identifier + " " + value);
                  }
                });
      }
    }

    int settled() {
      return sent - open.size();
    }

    void take(List<JsonNode> errors) {
      List<JsonNode> nameless = new ArrayList<>();
      for (JsonNode error : errors) {
        JsonNode about = error.path("attributes");
        JsonNode payload = about.path("original_payload");
        JsonNode attributes = payload.has("attributes") ? payload.path("attributes") : payload;
        Map<String, String> marks = KlaviyoProfile.marks(attributes);
        KlaviyoProfile profile = named(marks);
        if (profile != null) {
          // One profile may have several errors; the first one is as good as any.
          settle(profile, about);
        } else if (marks.isEmpty()) {
          nameless.add(about);
        } else {
          throw DestinationException.contradictory(
              200, "the import errors name a profile that is not in " + batch);
        }
      }
      nameless(nameless);
    }

    private KlaviyoProfile named(Map<String, String> marks) {
      for (String identifier : KlaviyoProfile.IDENTIFIERS) {
        String mark = identifier + " " + marks.get(identifier);
        if (marks.containsKey(identifier)
            && byMark.containsKey(mark)
            && !ambiguous.contains(mark)) {
          return byMark.get(mark);
        }
      }
      return null;
    }

    /** Whom a payload does not name is known only if there is no one else. */
    private void nameless(List<JsonNode> errors) {
      boolean alike =
          errors.stream().map(error -> error.path("code").asText()).distinct().count() == 1;
      if (errors.isEmpty() || open.isEmpty()) {
        return;
      }
      if (open.size() == 1 || (open.size() == errors.size() && alike)) {
        List.copyOf(open.values()).forEach(profile -> settle(profile, errors.get(0)));
      } else {
        rest("an error that names no profile may be about it");
      }
    }

    private void settle(KlaviyoProfile profile, JsonNode error) {
      String key = profile.change().key();
      if (open.remove(key) != null) {
        done.add(KlaviyoErrors.result(key, error));
      }
    }

    void rest(String unknown) {
      rest(key -> new RecordResult.Unknown(key, unknown));
    }

    void rest(Function<String, RecordResult> result) {
      open.keySet().forEach(key -> done.add(result.apply(key)));
      open.clear();
    }
  }
}
