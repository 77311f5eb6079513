/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.zendesk.ZendeskObject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What fields Zendesk's objects have: those every account has, from the reference pages of the
 * objects (2026), and those an account has added, as it describes them.
 */
final class ZendeskFields {

  private static final List<String> USER =
      words(
          """
          alias agent_brand_ids custom_role_id default_group_id details email external_id
          identities locale locale_id moderator name notes only_private_comments
          organization organization.name organization_id organization_ids phone photo
          remote_photo_url restricted_agent shared_phone_number signature
          skip_verify_email suspended tags ticket_restriction time_zone user_fields
          verified
          """);

  private static final List<String> ORGANIZATION =
      words(
          """
          details domain_names external_id group_id name notes organization_fields
          shared_comments shared_tickets tags
          """);

  private static final List<String> TICKET =
      words(
          """
          additional_tags assignee_email assignee_id brand_id collaborator_ids
          collaborators comment comment.author_id comment.body comment.html_body
          comment.public custom_fields custom_status_id description due_at email_cc_ids
          email_ccs external_id follower_ids followers group_id id macro_ids
          organization_id problem_id raw_subject recipient remove_tags requester
          requester.email requester.locale_id requester.name requester_id safe_update
          sharing_agreement_ids subject submitter_id tags ticket_form_id updated_stamp via
          via_followup_source_id
          """);

  private static final List<String> CUSTOM = List.of("custom_object_fields", "external_id", "name");

  /** Fields whose values are few and the same in every account. */
  private static final List<ObjectSchema.Field> CHOICES_OF_TICKET =
      List.of(
          choice("priority", "urgent", "high", "normal", "low"),
          choice("status", "new", "open", "pending", "hold", "solved", "closed"),
          choice("type", "problem", "incident", "question", "task"));

  private ZendeskFields() {}

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  /** Below which path an account's own fields of the object are told, and under which name. */
  static String path(ZendeskObject object) {
    return switch (object.kind()) {
      case USERS -> "/api/v2/user_fields";
      case ORGANIZATIONS -> "/api/v2/organization_fields";
      case TICKETS -> "/api/v2/ticket_fields";
      case CUSTOM -> object.path() + "/fields";
    };
  }

  /** The name of the list in an answer from {@link #path}. */
  static String list(ZendeskObject object) {
    return switch (object.kind()) {
      case USERS -> "user_fields";
      case ORGANIZATIONS -> "organization_fields";
      case TICKETS -> "ticket_fields";
      case CUSTOM -> "custom_object_fields";
    };
  }

  /** The object's schema; {@code own} are the fields that the account describes. */
  static ObjectSchema schema(String name, ZendeskObject object, List<JsonNode> own) {
    Kind kind = object.kind();
    List<ObjectSchema.Field> fields = new ArrayList<>();
    for (String standard : standard(kind)) {
      fields.add(field(standard, "standard", List.of()));
    }
    switch (kind) {
      case TICKETS -> fields.addAll(CHOICES_OF_TICKET);
      case USERS -> fields.add(choice("role", "end-user", "agent", "admin"));
      default -> {}
    }
    for (JsonNode one : own) {
      added(kind, one).forEach(fields::add);
    }
    Set<String> keys =
        switch (kind) {
          case USERS -> Set.of("external_id", "email");
          case TICKETS -> Set.of("id");
          case ORGANIZATIONS, CUSTOM -> Set.of("external_id");
        };
    return new ObjectSchema(name, true, fields, keys);
  }

  private static List<String> standard(Kind kind) {
    return switch (kind) {
      case USERS -> USER;
      case ORGANIZATIONS -> ORGANIZATION;
      case TICKETS -> TICKET;
      case CUSTOM -> CUSTOM;
    };
  }

  /** A field of the account's own; of a custom object it may be named without its group as well. */
  private static List<ObjectSchema.Field> added(Kind kind, JsonNode field) {
    boolean system =
        kind == Kind.TICKETS
            ? !field.path("removable").asBoolean(true)
            : field.path("system").asBoolean(false);
    if (system || !field.path("active").asBoolean(true)) {
      return List.of();
    }
    String type = field.path("type").asText("text");
    String name = field.path(kind == Kind.TICKETS ? "id" : "key").asText();
    List<String> options = new ArrayList<>();
    if (type.equals("tagger") || type.equals("dropdown")) {
      field.path("custom_field_options").forEach(one -> options.add(one.path("value").asText()));
    }
    List<ObjectSchema.Field> named = new ArrayList<>();
    named.add(field(kind.group() + "." + name, type, options));
    if (kind == Kind.CUSTOM) {
      named.add(field(name, type, options));
    }
    return named;
  }

  private static ObjectSchema.Field choice(String name, String... values) {
    return field(name, "standard", List.of(values));
  }

  private static ObjectSchema.Field field(String name, String type, List<String> values) {
    return new ObjectSchema.Field(name, type, false, true, 0, values);
  }
}
