export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      alert_channels: {
        Row: {
          chatbot_id: string;
          created_at: string;
          created_by: string | null;
          disabled_reason: string | null;
          failing_since: string | null;
          id: string;
          is_enabled: boolean;
          kind: Database['public']['Enums']['channel_kind'];
          last_success_at: string | null;
          name: string;
          secret_id: string;
          settings: NonNullable<Json>;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          created_at?: string;
          created_by?: string | null;
          disabled_reason?: string | null;
          failing_since?: string | null;
          id?: string;
          is_enabled?: boolean;
          kind: Database['public']['Enums']['channel_kind'];
          last_success_at?: string | null;
          name: string;
          secret_id: string;
          settings?: NonNullable<Json>;
          updated_at?: string;
        };
        Update: {
          chatbot_id?: string;
          created_at?: string;
          created_by?: string | null;
          disabled_reason?: string | null;
          failing_since?: string | null;
          id?: string;
          is_enabled?: boolean;
          kind?: Database['public']['Enums']['channel_kind'];
          last_success_at?: string | null;
          name?: string;
          secret_id?: string;
          settings?: NonNullable<Json>;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'alert_channels_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      alert_rungs: {
        Row: {
          after_minutes: number;
          by: Database['public']['Enums']['alert_means'];
          channel_id: string | null;
          chatbot_id: string;
          clock: Database['public']['Enums']['alert_clock'];
          member_id: string | null;
          position: number;
          target: Database['public']['Enums']['alert_target'];
        };
        ComputedFields: never;
        Insert: {
          after_minutes: number;
          by?: Database['public']['Enums']['alert_means'];
          channel_id?: string | null;
          chatbot_id: string;
          clock?: Database['public']['Enums']['alert_clock'];
          member_id?: string | null;
          position: number;
          target: Database['public']['Enums']['alert_target'];
        };
        Update: {
          after_minutes?: number;
          by?: Database['public']['Enums']['alert_means'];
          channel_id?: string | null;
          chatbot_id?: string;
          clock?: Database['public']['Enums']['alert_clock'];
          member_id?: string | null;
          position?: number;
          target?: Database['public']['Enums']['alert_target'];
        };
        Relationships: [
          {
            foreignKeyName: 'alert_rungs_chatbot_id_channel_id_fkey';
            columns: ['chatbot_id', 'channel_id'];
            isOneToOne: false;
            referencedRelation: 'alert_channels';
            referencedColumns: ['chatbot_id', 'id'];
          },
          {
            foreignKeyName: 'alert_rungs_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'alert_rungs_chatbot_id_member_id_fkey';
            columns: ['chatbot_id', 'member_id'];
            isOneToOne: false;
            referencedRelation: 'chatbot_members';
            referencedColumns: ['chatbot_id', 'user_id'];
          },
        ];
      };
      answers: {
        Row: {
          answer: string;
          chatbot_id: string;
          created_at: string;
          id: string;
          is_enabled: boolean;
          question: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          answer: string;
          chatbot_id: string;
          created_at?: string;
          id?: string;
          is_enabled?: boolean;
          question: string;
          updated_at?: string;
        };
        Update: {
          answer?: string;
          chatbot_id?: string;
          created_at?: string;
          id?: string;
          is_enabled?: boolean;
          question?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'answers_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      api_keys: {
        Row: {
          chatbot_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          key_hash: string;
          last_used_at: string | null;
          name: string;
          prefix: string;
          revoked_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          key_hash: string;
          last_used_at?: string | null;
          name: string;
          prefix: string;
          revoked_at?: string | null;
        };
        Update: {
          chatbot_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          key_hash?: string;
          last_used_at?: string | null;
          name?: string;
          prefix?: string;
          revoked_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'api_keys_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      bots: {
        Row: {
          api_key_secret_id: string | null;
          base_url: string | null;
          chatbot_id: string;
          instructions: string | null;
          kind: Database['public']['Enums']['bot_kind'];
          model: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          api_key_secret_id?: string | null;
          base_url?: string | null;
          chatbot_id: string;
          instructions?: string | null;
          kind?: Database['public']['Enums']['bot_kind'];
          model?: string | null;
          updated_at?: string;
        };
        Update: {
          api_key_secret_id?: string | null;
          base_url?: string | null;
          chatbot_id?: string;
          instructions?: string | null;
          kind?: Database['public']['Enums']['bot_kind'];
          model?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'bots_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: true;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      canned_replies: {
        Row: {
          body: string;
          chatbot_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          shortcut: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          chatbot_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          shortcut: string;
          updated_at?: string;
        };
        Update: {
          body?: string;
          chatbot_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          shortcut?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'canned_replies_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      chatbot_invites: {
        Row: {
          accepted_at: string | null;
          chatbot_id: string;
          created_at: string;
          email: string;
          expires_at: string;
          id: string;
          invited_by: string | null;
          role: Database['public']['Enums']['member_role'];
          token_hash: string;
        };
        ComputedFields: never;
        Insert: {
          accepted_at?: string | null;
          chatbot_id: string;
          created_at?: string;
          email: string;
          expires_at?: string;
          id?: string;
          invited_by?: string | null;
          role: Database['public']['Enums']['member_role'];
          token_hash: string;
        };
        Update: {
          accepted_at?: string | null;
          chatbot_id?: string;
          created_at?: string;
          email?: string;
          expires_at?: string;
          id?: string;
          invited_by?: string | null;
          role?: Database['public']['Enums']['member_role'];
          token_hash?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'chatbot_invites_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      chatbot_members: {
        Row: {
          chatbot_id: string;
          created_at: string;
          role: Database['public']['Enums']['member_role'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          created_at?: string;
          role: Database['public']['Enums']['member_role'];
          user_id: string;
        };
        Update: {
          chatbot_id?: string;
          created_at?: string;
          role?: Database['public']['Enums']['member_role'];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'chatbot_members_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'chatbot_members_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      chatbots: {
        Row: {
          accent_color: string;
          allowed_origins: string[];
          contact_text: string | null;
          created_at: string;
          greeting: string | null;
          id: string;
          language: string | null;
          name: string;
          owner_id: string;
          page_parameters: string[];
          position: Database['public']['Enums']['widget_position'];
          snippet_seen_at: string | null;
          snippet_seen_url: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          accent_color?: string;
          allowed_origins?: string[];
          contact_text?: string | null;
          created_at?: string;
          greeting?: string | null;
          id?: string;
          language?: string | null;
          name: string;
          owner_id: string;
          page_parameters?: string[];
          position?: Database['public']['Enums']['widget_position'];
          snippet_seen_at?: string | null;
          snippet_seen_url?: string | null;
          updated_at?: string;
        };
        Update: {
          accent_color?: string;
          allowed_origins?: string[];
          contact_text?: string | null;
          created_at?: string;
          greeting?: string | null;
          id?: string;
          language?: string | null;
          name?: string;
          owner_id?: string;
          page_parameters?: string[];
          position?: Database['public']['Enums']['widget_position'];
          snippet_seen_at?: string | null;
          snippet_seen_url?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'chatbots_owner_id_fkey';
            columns: ['owner_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      conversation_reads: {
        Row: {
          chatbot_id: string;
          conversation_id: string;
          is_marked_unread: boolean;
          last_read_at: string;
          last_read_seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          conversation_id: string;
          is_marked_unread?: boolean;
          last_read_at?: string;
          last_read_seq?: number;
          user_id: string;
        };
        Update: {
          chatbot_id?: string;
          conversation_id?: string;
          is_marked_unread?: boolean;
          last_read_at?: string;
          last_read_seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'conversation_reads_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_reads_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_reads_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      conversations: {
        Row: {
          assistant_muted_until: string | null;
          chatbot_id: string;
          claimed_by: string | null;
          created_at: string;
          escalated_at: string | null;
          escalation_count: number;
          escalation_id: string | null;
          escalation_status: Database['public']['Enums']['escalation_status'] | null;
          handled_by: string | null;
          id: string;
          language: string;
          last_activity_at: string;
          last_message_at: string | null;
          last_message_preview: string | null;
          last_message_role: Database['public']['Enums']['message_role'] | null;
          last_seq: number;
          message_count: number;
          page_url: string | null;
          reference: string;
          resolved_at: string | null;
          seen_at: string | null;
          seen_by: string | null;
          session_id: string;
          started_at: string | null;
          unseen_since: string | null;
          user_agent: string | null;
          version: number;
          visitor_email: string | null;
          visitor_name: string | null;
          visitor_read_seq: number;
          visitor_seen_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          assistant_muted_until?: string | null;
          chatbot_id: string;
          claimed_by?: string | null;
          created_at?: string;
          escalated_at?: string | null;
          escalation_count?: number;
          escalation_id?: string | null;
          escalation_status?: Database['public']['Enums']['escalation_status'] | null;
          handled_by?: string | null;
          id?: string;
          language?: string;
          last_activity_at?: string;
          last_message_at?: string | null;
          last_message_preview?: string | null;
          last_message_role?: Database['public']['Enums']['message_role'] | null;
          last_seq?: number;
          message_count?: number;
          page_url?: string | null;
          reference?: string;
          resolved_at?: string | null;
          seen_at?: string | null;
          seen_by?: string | null;
          session_id?: string;
          started_at?: string | null;
          unseen_since?: string | null;
          user_agent?: string | null;
          version?: number;
          visitor_email?: string | null;
          visitor_name?: string | null;
          visitor_read_seq?: number;
          visitor_seen_at?: string | null;
        };
        Update: {
          assistant_muted_until?: string | null;
          chatbot_id?: string;
          claimed_by?: string | null;
          created_at?: string;
          escalated_at?: string | null;
          escalation_count?: number;
          escalation_id?: string | null;
          escalation_status?: Database['public']['Enums']['escalation_status'] | null;
          handled_by?: string | null;
          id?: string;
          language?: string;
          last_activity_at?: string;
          last_message_at?: string | null;
          last_message_preview?: string | null;
          last_message_role?: Database['public']['Enums']['message_role'] | null;
          last_seq?: number;
          message_count?: number;
          page_url?: string | null;
          reference?: string;
          resolved_at?: string | null;
          seen_at?: string | null;
          seen_by?: string | null;
          session_id?: string;
          started_at?: string | null;
          unseen_since?: string | null;
          user_agent?: string | null;
          version?: number;
          visitor_email?: string | null;
          visitor_name?: string | null;
          visitor_read_seq?: number;
          visitor_seen_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'conversations_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      deliveries: {
        Row: {
          attempt_base: number;
          attempt_count: number;
          body: string | null;
          channel_id: string | null;
          channel_name: string | null;
          chatbot_id: string;
          conversation_id: string | null;
          created_at: string;
          delivered_at: string | null;
          device_id: string | null;
          device_name: string | null;
          endpoint_id: string | null;
          escalation_id: string | null;
          event_id: string | null;
          finished_at: string | null;
          id: string;
          kind: Database['public']['Enums']['delivery_kind'];
          lane: string | null;
          last_error: string | null;
          lease_token: string | null;
          leased_until: string | null;
          lost_count: number;
          next_attempt_at: string | null;
          period: string | null;
          place: number | null;
          provider_message_id: string | null;
          purpose: Database['public']['Enums']['delivery_purpose'];
          reason: string | null;
          recipient: string | null;
          round: number | null;
          rung: number | null;
          sent_at: string | null;
          skipped_by: string | null;
          status: Database['public']['Enums']['delivery_status'];
          summary_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          attempt_base?: number;
          attempt_count?: number;
          body?: string | null;
          channel_id?: string | null;
          channel_name?: string | null;
          chatbot_id: string;
          conversation_id?: string | null;
          created_at?: string;
          delivered_at?: string | null;
          device_id?: string | null;
          device_name?: string | null;
          endpoint_id?: string | null;
          escalation_id?: string | null;
          event_id?: string | null;
          finished_at?: string | null;
          id?: string;
          kind: Database['public']['Enums']['delivery_kind'];
          lane?: never;
          last_error?: string | null;
          lease_token?: string | null;
          leased_until?: string | null;
          lost_count?: number;
          next_attempt_at?: string | null;
          period?: string | null;
          place?: number | null;
          provider_message_id?: string | null;
          purpose: Database['public']['Enums']['delivery_purpose'];
          reason?: string | null;
          recipient?: string | null;
          round?: number | null;
          rung?: number | null;
          sent_at?: string | null;
          skipped_by?: string | null;
          status?: Database['public']['Enums']['delivery_status'];
          summary_id?: string | null;
        };
        Update: {
          attempt_base?: number;
          attempt_count?: number;
          body?: string | null;
          channel_id?: string | null;
          channel_name?: string | null;
          chatbot_id?: string;
          conversation_id?: string | null;
          created_at?: string;
          delivered_at?: string | null;
          device_id?: string | null;
          device_name?: string | null;
          endpoint_id?: string | null;
          escalation_id?: string | null;
          event_id?: string | null;
          finished_at?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['delivery_kind'];
          lane?: never;
          last_error?: string | null;
          lease_token?: string | null;
          leased_until?: string | null;
          lost_count?: number;
          next_attempt_at?: string | null;
          period?: string | null;
          place?: number | null;
          provider_message_id?: string | null;
          purpose?: Database['public']['Enums']['delivery_purpose'];
          reason?: string | null;
          recipient?: string | null;
          round?: number | null;
          rung?: number | null;
          sent_at?: string | null;
          skipped_by?: string | null;
          status?: Database['public']['Enums']['delivery_status'];
          summary_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'deliveries_channel_id_fkey';
            columns: ['channel_id'];
            isOneToOne: false;
            referencedRelation: 'alert_channels';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_endpoint_id_fkey';
            columns: ['endpoint_id'];
            isOneToOne: false;
            referencedRelation: 'webhook_endpoints';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_escalation_id_fkey';
            columns: ['escalation_id'];
            isOneToOne: false;
            referencedRelation: 'escalations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_event_id_fkey';
            columns: ['event_id'];
            isOneToOne: false;
            referencedRelation: 'events';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deliveries_summary_id_fkey';
            columns: ['summary_id'];
            isOneToOne: false;
            referencedRelation: 'deliveries';
            referencedColumns: ['id'];
          },
        ];
      };
      delivery_attempts: {
        Row: {
          chatbot_id: string;
          delivery_id: string;
          duration_ms: number | null;
          error: string | null;
          error_code: string | null;
          finished_at: string | null;
          id: number;
          number: number;
          outcome: string | null;
          request: Json | null;
          response_snippet: string | null;
          started_at: string;
          status_code: number | null;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          delivery_id: string;
          duration_ms?: number | null;
          error?: string | null;
          error_code?: string | null;
          finished_at?: string | null;
          id?: never;
          number: number;
          outcome?: string | null;
          request?: Json | null;
          response_snippet?: string | null;
          started_at?: string;
          status_code?: number | null;
        };
        Update: {
          chatbot_id?: string;
          delivery_id?: string;
          duration_ms?: number | null;
          error?: string | null;
          error_code?: string | null;
          finished_at?: string | null;
          id?: never;
          number?: number;
          outcome?: string | null;
          request?: Json | null;
          response_snippet?: string | null;
          started_at?: string;
          status_code?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'delivery_attempts_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'delivery_attempts_delivery_id_fkey';
            columns: ['delivery_id'];
            isOneToOne: false;
            referencedRelation: 'deliveries';
            referencedColumns: ['id'];
          },
        ];
      };
      escalation_recipients: {
        Row: {
          chatbot_id: string;
          created_at: string;
          email: string;
          id: string;
          position: number;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          created_at?: string;
          email: string;
          id?: string;
          position?: number;
        };
        Update: {
          chatbot_id?: string;
          created_at?: string;
          email?: string;
          id?: string;
          position?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'escalation_recipients_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      escalations: {
        Row: {
          ask_count: number;
          chatbot_id: string;
          claimed_at: string | null;
          claimed_by: string | null;
          conversation_id: string;
          due_at: string | null;
          due_order_at: string | null;
          escalated_at: string;
          first_opened_at: string | null;
          first_opened_by: string | null;
          first_replied_at: string | null;
          first_replied_by: string | null;
          first_reply_due_at: string | null;
          first_reply_warn_at: string | null;
          id: string;
          message_id: string | null;
          missed_at: string | null;
          number: number;
          question: string;
          reopen_count: number;
          request_id: string;
          resolve_due_at: string | null;
          resolve_warn_at: string | null;
          resolved_at: string | null;
          resolved_by: string | null;
          seen_at: string | null;
          seen_by: string | null;
          status: Database['public']['Enums']['escalation_status'];
          tapped_at: string | null;
          trigger: Database['public']['Enums']['escalation_trigger'];
          undo_until: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          ask_count?: number;
          chatbot_id: string;
          claimed_at?: string | null;
          claimed_by?: string | null;
          conversation_id: string;
          due_at?: never;
          due_order_at?: never;
          escalated_at?: string;
          first_opened_at?: string | null;
          first_opened_by?: string | null;
          first_replied_at?: string | null;
          first_replied_by?: string | null;
          first_reply_due_at?: string | null;
          first_reply_warn_at?: string | null;
          id?: string;
          message_id?: string | null;
          missed_at?: never;
          number: number;
          question?: string;
          reopen_count?: number;
          request_id?: string;
          resolve_due_at?: string | null;
          resolve_warn_at?: string | null;
          resolved_at?: string | null;
          resolved_by?: string | null;
          seen_at?: string | null;
          seen_by?: string | null;
          status?: Database['public']['Enums']['escalation_status'];
          tapped_at?: string | null;
          trigger: Database['public']['Enums']['escalation_trigger'];
          undo_until?: string | null;
          version?: number;
        };
        Update: {
          ask_count?: number;
          chatbot_id?: string;
          claimed_at?: string | null;
          claimed_by?: string | null;
          conversation_id?: string;
          due_at?: never;
          due_order_at?: never;
          escalated_at?: string;
          first_opened_at?: string | null;
          first_opened_by?: string | null;
          first_replied_at?: string | null;
          first_replied_by?: string | null;
          first_reply_due_at?: string | null;
          first_reply_warn_at?: string | null;
          id?: string;
          message_id?: string | null;
          missed_at?: never;
          number?: number;
          question?: string;
          reopen_count?: number;
          request_id?: string;
          resolve_due_at?: string | null;
          resolve_warn_at?: string | null;
          resolved_at?: string | null;
          resolved_by?: string | null;
          seen_at?: string | null;
          seen_by?: string | null;
          status?: Database['public']['Enums']['escalation_status'];
          tapped_at?: string | null;
          trigger?: Database['public']['Enums']['escalation_trigger'];
          undo_until?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'escalations_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'escalations_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'escalations_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
        ];
      };
      events: {
        Row: {
          available_at: string;
          body: string;
          chatbot_id: string;
          conversation_id: string;
          created_at: string;
          escalation_id: string | null;
          id: string;
          place: number;
          seq: number | null;
          type: Database['public']['Enums']['event_type'];
        };
        ComputedFields: never;
        Insert: {
          available_at?: string;
          body: string;
          chatbot_id: string;
          conversation_id: string;
          created_at?: string;
          escalation_id?: string | null;
          id?: string;
          place?: number;
          seq?: number | null;
          type: Database['public']['Enums']['event_type'];
        };
        Update: {
          available_at?: string;
          body?: string;
          chatbot_id?: string;
          conversation_id?: string;
          created_at?: string;
          escalation_id?: string | null;
          id?: string;
          place?: number;
          seq?: number | null;
          type?: Database['public']['Enums']['event_type'];
        };
        Relationships: [
          {
            foreignKeyName: 'events_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'events_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'events_escalation_id_fkey';
            columns: ['escalation_id'];
            isOneToOne: false;
            referencedRelation: 'escalations';
            referencedColumns: ['id'];
          },
        ];
      };
      followup_buttons: {
        Row: {
          chatbot_id: string;
          id: string;
          label: string;
          position: number;
          type: Database['public']['Enums']['followup_button_type'];
          value: string | null;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          id?: string;
          label: string;
          position?: number;
          type: Database['public']['Enums']['followup_button_type'];
          value?: string | null;
        };
        Update: {
          chatbot_id?: string;
          id?: string;
          label?: string;
          position?: number;
          type?: Database['public']['Enums']['followup_button_type'];
          value?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'followup_buttons_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      human_support_settings: {
        Row: {
          chatbot_id: string;
          confirmation_message: string | null;
          first_reply_minutes: number | null;
          hold_seconds: number;
          intent_mode: Database['public']['Enums']['intent_mode'];
          positive_label: string | null;
          replace_followups: boolean;
          reply_mail_enabled: boolean;
          reply_mail_wait_minutes: number;
          request_help_label: string | null;
          resolve_minutes: number | null;
          show_escalation_cta: boolean;
          target_clock: Database['public']['Enums']['alert_clock'];
          updated_at: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          confirmation_message?: string | null;
          first_reply_minutes?: number | null;
          hold_seconds?: number;
          intent_mode?: Database['public']['Enums']['intent_mode'];
          positive_label?: string | null;
          replace_followups?: boolean;
          reply_mail_enabled?: boolean;
          reply_mail_wait_minutes?: number;
          request_help_label?: string | null;
          resolve_minutes?: number | null;
          show_escalation_cta?: boolean;
          target_clock?: Database['public']['Enums']['alert_clock'];
          updated_at?: string;
          version?: number;
        };
        Update: {
          chatbot_id?: string;
          confirmation_message?: string | null;
          first_reply_minutes?: number | null;
          hold_seconds?: number;
          intent_mode?: Database['public']['Enums']['intent_mode'];
          positive_label?: string | null;
          replace_followups?: boolean;
          reply_mail_enabled?: boolean;
          reply_mail_wait_minutes?: number;
          request_help_label?: string | null;
          resolve_minutes?: number | null;
          show_escalation_cta?: boolean;
          target_clock?: Database['public']['Enums']['alert_clock'];
          updated_at?: string;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'human_support_settings_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: true;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      inbound_mails: {
        Row: {
          attachments: NonNullable<Json>;
          chatbot_id: string;
          conversation_id: string;
          from_email: string;
          from_name: string | null;
          id: string;
          message_id: string | null;
          provider_message_id: string;
          reason: string | null;
          received_at: string;
          status: Database['public']['Enums']['inbound_mail_status'];
          subject: string | null;
          text: string;
          user_id: string | null;
          whole: string | null;
        };
        ComputedFields: never;
        Insert: {
          attachments?: NonNullable<Json>;
          chatbot_id: string;
          conversation_id: string;
          from_email: string;
          from_name?: string | null;
          id?: string;
          message_id?: string | null;
          provider_message_id: string;
          reason?: string | null;
          received_at?: string;
          status: Database['public']['Enums']['inbound_mail_status'];
          subject?: string | null;
          text: string;
          user_id?: string | null;
          whole?: string | null;
        };
        Update: {
          attachments?: NonNullable<Json>;
          chatbot_id?: string;
          conversation_id?: string;
          from_email?: string;
          from_name?: string | null;
          id?: string;
          message_id?: string | null;
          provider_message_id?: string;
          reason?: string | null;
          received_at?: string;
          status?: Database['public']['Enums']['inbound_mail_status'];
          subject?: string | null;
          text?: string;
          user_id?: string | null;
          whole?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'inbound_mails_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'inbound_mails_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'inbound_mails_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: true;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
        ];
      };
      intent_phrases: {
        Row: {
          chatbot_id: string | null;
          id: string;
          is_enabled: boolean;
          language: string;
          phrase: string;
          plain_phrase: string | null;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id?: string | null;
          id?: string;
          is_enabled?: boolean;
          language: string;
          phrase: string;
          plain_phrase?: never;
        };
        Update: {
          chatbot_id?: string | null;
          id?: string;
          is_enabled?: boolean;
          language?: string;
          phrase?: string;
          plain_phrase?: never;
        };
        Relationships: [
          {
            foreignKeyName: 'intent_phrases_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      lead_forms: {
        Row: {
          chatbot_id: string;
          fields: NonNullable<Json>;
          intro: string | null;
          timing: Database['public']['Enums']['lead_timing'];
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          fields?: NonNullable<Json>;
          intro?: string | null;
          timing?: Database['public']['Enums']['lead_timing'];
          updated_at?: string;
        };
        Update: {
          chatbot_id?: string;
          fields?: NonNullable<Json>;
          intro?: string | null;
          timing?: Database['public']['Enums']['lead_timing'];
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'lead_forms_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: true;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      leads: {
        Row: {
          chatbot_id: string;
          conversation_id: string;
          created_at: string;
          custom: NonNullable<Json>;
          email: string | null;
          id: string;
          name: string | null;
          phone: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          conversation_id: string;
          created_at?: string;
          custom?: NonNullable<Json>;
          email?: string | null;
          id?: string;
          name?: string | null;
          phone?: string | null;
          updated_at?: string;
        };
        Update: {
          chatbot_id?: string;
          conversation_id?: string;
          created_at?: string;
          custom?: NonNullable<Json>;
          email?: string | null;
          id?: string;
          name?: string | null;
          phone?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'leads_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'leads_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: true;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
        ];
      };
      messages: {
        Row: {
          answer_id: string | null;
          author_id: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at: string;
          event: string | null;
          feedback: string | null;
          followups: string[];
          id: string;
          in_reply_to: string | null;
          role: Database['public']['Enums']['message_role'];
          seq: number;
          suggest_human: boolean;
          text: string;
          via: Database['public']['Enums']['message_via'];
        };
        ComputedFields: never;
        Insert: {
          answer_id?: string | null;
          author_id?: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at?: string;
          event?: string | null;
          feedback?: string | null;
          followups?: string[];
          id?: string;
          in_reply_to?: string | null;
          role: Database['public']['Enums']['message_role'];
          seq: number;
          suggest_human?: boolean;
          text: string;
          via?: Database['public']['Enums']['message_via'];
        };
        Update: {
          answer_id?: string | null;
          author_id?: string | null;
          chatbot_id?: string;
          conversation_id?: string;
          created_at?: string;
          event?: string | null;
          feedback?: string | null;
          followups?: string[];
          id?: string;
          in_reply_to?: string | null;
          role?: Database['public']['Enums']['message_role'];
          seq?: number;
          suggest_human?: boolean;
          text?: string;
          via?: Database['public']['Enums']['message_via'];
        };
        Relationships: [
          {
            foreignKeyName: 'messages_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
        ];
      };
      office_hours: {
        Row: {
          chatbot_id: string;
          holidays: string[];
          is_enabled: boolean;
          time_zone: string;
          updated_at: string;
          weekly: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          holidays?: string[];
          is_enabled?: boolean;
          time_zone?: string;
          updated_at?: string;
          weekly?: NonNullable<Json>;
        };
        Update: {
          chatbot_id?: string;
          holidays?: string[];
          is_enabled?: boolean;
          time_zone?: string;
          updated_at?: string;
          weekly?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: 'office_hours_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: true;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
      profiles: {
        Row: {
          created_at: string;
          display_name: string;
          email: string;
          keyboard_shortcuts: boolean;
          notify_escalation: boolean;
          quiet_days: number[];
          quiet_from: string | null;
          quiet_until: string | null;
          time_zone: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          display_name?: string;
          email: string;
          keyboard_shortcuts?: boolean;
          notify_escalation?: boolean;
          quiet_days?: number[];
          quiet_from?: string | null;
          quiet_until?: string | null;
          time_zone?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          display_name?: string;
          email?: string;
          keyboard_shortcuts?: boolean;
          notify_escalation?: boolean;
          quiet_days?: number[];
          quiet_from?: string | null;
          quiet_until?: string | null;
          time_zone?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      push_devices: {
        Row: {
          auth: string;
          created_at: string;
          endpoint: string;
          failing_since: string | null;
          id: string;
          label: string;
          last_failure: string | null;
          last_told_at: string | null;
          p256dh: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          auth: string;
          created_at?: string;
          endpoint: string;
          failing_since?: string | null;
          id?: string;
          label: string;
          last_failure?: string | null;
          last_told_at?: string | null;
          p256dh: string;
          user_id: string;
        };
        Update: {
          auth?: string;
          created_at?: string;
          endpoint?: string;
          failing_since?: string | null;
          id?: string;
          label?: string;
          last_failure?: string | null;
          last_told_at?: string | null;
          p256dh?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'push_devices_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      reply_receipts: {
        Row: {
          bounced_at: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at: string;
          delivered_at: string | null;
          delivery_id: string | null;
          escalation_id: string | null;
          fetched_at: string | null;
          mailed_at: string | null;
          message_id: string;
          read_at: string | null;
          reason: string | null;
          seq: number;
          status: Database['public']['Enums']['reply_status'];
          unreachable_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          bounced_at?: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at?: string;
          delivered_at?: string | null;
          delivery_id?: string | null;
          escalation_id?: string | null;
          fetched_at?: string | null;
          mailed_at?: string | null;
          message_id: string;
          read_at?: string | null;
          reason?: string | null;
          seq: number;
          status?: Database['public']['Enums']['reply_status'];
          unreachable_at?: string | null;
        };
        Update: {
          bounced_at?: string | null;
          chatbot_id?: string;
          conversation_id?: string;
          created_at?: string;
          delivered_at?: string | null;
          delivery_id?: string | null;
          escalation_id?: string | null;
          fetched_at?: string | null;
          mailed_at?: string | null;
          message_id?: string;
          read_at?: string | null;
          reason?: string | null;
          seq?: number;
          status?: Database['public']['Enums']['reply_status'];
          unreachable_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'reply_receipts_delivery_id_fkey';
            columns: ['delivery_id'];
            isOneToOne: false;
            referencedRelation: 'deliveries';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reply_receipts_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: true;
            referencedRelation: 'messages';
            referencedColumns: ['id'];
          },
        ];
      };
      timeline_entries: {
        Row: {
          actor_id: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at: string;
          data: NonNullable<Json>;
          escalation_id: string | null;
          id: number;
          type: Database['public']['Enums']['event_type'];
        };
        ComputedFields: never;
        Insert: {
          actor_id?: string | null;
          chatbot_id: string;
          conversation_id: string;
          created_at?: string;
          data?: NonNullable<Json>;
          escalation_id?: string | null;
          id?: never;
          type: Database['public']['Enums']['event_type'];
        };
        Update: {
          actor_id?: string | null;
          chatbot_id?: string;
          conversation_id?: string;
          created_at?: string;
          data?: NonNullable<Json>;
          escalation_id?: string | null;
          id?: never;
          type?: Database['public']['Enums']['event_type'];
        };
        Relationships: [
          {
            foreignKeyName: 'timeline_entries_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'timeline_entries_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'timeline_entries_escalation_id_fkey';
            columns: ['escalation_id'];
            isOneToOne: false;
            referencedRelation: 'escalations';
            referencedColumns: ['id'];
          },
        ];
      };
      webhook_endpoints: {
        Row: {
          chatbot_id: string;
          created_at: string;
          created_by: string | null;
          description: string;
          disabled_reason: string | null;
          events: string[];
          failing_since: string | null;
          id: string;
          is_enabled: boolean;
          last_success_at: string | null;
          previous_secret_id: string | null;
          previous_secret_until: string | null;
          secret_id: string;
          updated_at: string;
          url: string;
        };
        ComputedFields: never;
        Insert: {
          chatbot_id: string;
          created_at?: string;
          created_by?: string | null;
          description?: string;
          disabled_reason?: string | null;
          events: string[];
          failing_since?: string | null;
          id?: string;
          is_enabled?: boolean;
          last_success_at?: string | null;
          previous_secret_id?: string | null;
          previous_secret_until?: string | null;
          secret_id: string;
          updated_at?: string;
          url: string;
        };
        Update: {
          chatbot_id?: string;
          created_at?: string;
          created_by?: string | null;
          description?: string;
          disabled_reason?: string | null;
          events?: string[];
          failing_since?: string | null;
          id?: string;
          is_enabled?: boolean;
          last_success_at?: string | null;
          previous_secret_id?: string | null;
          previous_secret_until?: string | null;
          secret_id?: string;
          updated_at?: string;
          url?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'webhook_endpoints_chatbot_id_fkey';
            columns: ['chatbot_id'];
            isOneToOne: false;
            referencedRelation: 'chatbots';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      accept_invite: { Args: { token: string }; Returns: string };
      act_from_mail: { Args: { p_act: string; p_delivery_id: string; p_token: string }; Returns: Json };
      add_note: { Args: { conversation_id: string; id: string; text: string }; Returns: Json };
      add_webhook_endpoint: {
        Args: { chatbot_id: string; description?: string; events: string[]; url: string };
        Returns: Json;
      };
      alert_test: { Args: { chatbot_id: string }; Returns: Json };
      api_append_message: {
        Args: { p_id: string; p_key_hash: string; p_role: string; p_session_id: string; p_text: string };
        Returns: Json;
      };
      api_escalate: {
        Args: { p_key_hash: string; p_message_id: string; p_request_id: string; p_session_id: string };
        Returns: Json;
      };
      api_list_escalations: {
        Args: { p_after: string; p_key_hash: string; p_limit: number; p_status: string };
        Returns: Json;
      };
      api_mark_read: { Args: { p_key_hash: string; p_seq: number; p_session_id: string }; Returns: Json };
      api_read_events: { Args: { p_after: number; p_key_hash: string; p_limit: number }; Returns: Json };
      api_read_messages: {
        Args: { p_after: number; p_key_hash: string; p_limit: number; p_session_id: string };
        Returns: Json;
      };
      api_resolve: { Args: { p_escalation_id: string; p_key_hash: string }; Returns: Json };
      assign_escalation: { Args: { escalation_id: string; user_id: string }; Returns: Json };
      assign_many: {
        Args: { escalation_ids: string[]; expected_versions?: number[]; user_id: string };
        Returns: Json;
      };
      case_proof: { Args: { conversation_id: string }; Returns: Json };
      cases_between: { Args: { chatbot_id: string; since: string; until: string }; Returns: string[] };
      claim_deliveries: {
        Args: { p_claim?: string; p_lease_seconds?: number; p_limit?: number };
        Returns: Json[];
      };
      claim_escalation: { Args: { escalation_id: string }; Returns: Json };
      claim_many: { Args: { escalation_ids: string[] }; Returns: Json };
      compare_answers: { Args: { chatbot_id: string; questions: Json }; Returns: Json };
      compare_settings: { Args: { p_app_url: string; p_dispatch_key_hash: string }; Returns: Json };
      create_api_key: { Args: { chatbot_id: string; name: string }; Returns: Json };
      create_chatbot: { Args: { name: string }; Returns: string };
      delete_answer: { Args: { id: string }; Returns: undefined };
      delete_canned_reply: { Args: { id: string }; Returns: undefined };
      delete_chatbot: { Args: { chatbot_id: string; confirm_name: string }; Returns: undefined };
      delete_webhook_endpoint: { Args: { id: string }; Returns: undefined };
      end_alert_test: { Args: { chatbot_id: string }; Returns: Json };
      export_cases: {
        Args: {
          after_at?: string;
          after_id?: string;
          after_status?: Database['public']['Enums']['escalation_status'];
          chatbot_id: string;
          days?: number;
          filter?: string;
          max_rows?: number;
          search?: string;
          since?: string;
          sort?: string;
        };
        Returns: {
          ask_count: number;
          claimed_by_name: string;
          conversation_id: string;
          cursor_at: string;
          episodes: number;
          escalated_at: string;
          escalation_id: string;
          escalation_number: number;
          first_opened_at: string;
          first_replied_at: string;
          language: string;
          last_message_at: string;
          alert_outcome: string;
          target_outcome: string;
          message_count: number;
          page_url: string;
          question: string;
          reference: string;
          resolved_at: string;
          resolved_by_name: string;
          session_id: string;
          status: Database['public']['Enums']['escalation_status'];
          trigger: Database['public']['Enums']['escalation_trigger'];
          visitor_email: string;
          visitor_name: string;
          visitor_phone: string;
        }[];
      };
      export_lines: {
        Args: {
          after_at?: string;
          after_id?: string;
          after_status?: Database['public']['Enums']['escalation_status'];
          chatbot_id: string;
          days?: number;
          filter?: string;
          max_rows?: number;
          search?: string;
          since?: string;
          sort?: string;
          time_zone?: string;
        };
        Returns: Json;
      };
      export_messages: {
        Args: { after_seq?: number; conversation_id: string; max_rows?: number; time_zone?: string };
        Returns: Json;
      };
      export_page: {
        Args: {
          after_at?: string;
          after_id?: string;
          after_status?: Database['public']['Enums']['escalation_status'];
          chatbot_id: string;
          days?: number;
          filter?: string;
          max_rows?: number;
          search?: string;
          since?: string;
          sort?: string;
          time_zone?: string;
        };
        Returns: Json;
      };
      finish_deliveries: { Args: { p_results: Json[] }; Returns: number };
      hand_back: { Args: { conversation_id: string }; Returns: Json };
      hand_over_sweep: { Args: never; Returns: undefined };
      health: { Args: { chatbot_id: string }; Returns: Json };
      import_answers: { Args: { chatbot_id: string; entries: Json }; Returns: Json };
      invite_member: {
        Args: { chatbot_id: string; email: string; role?: Database['public']['Enums']['member_role'] };
        Returns: Json;
      };
      keep_proof_key: {
        Args: { p_id: string; p_private_key: string; p_public_key: string };
        Returns: Json;
      };
      keep_push_keys: { Args: { p_keys: Json }; Returns: undefined };
      lift_suppression: { Args: { chatbot_id: string; email: string }; Returns: number };
      list_cases: {
        Args: {
          after_at?: string;
          after_id?: string;
          after_status?: Database['public']['Enums']['escalation_status'];
          chatbot_id: string;
          days?: number;
          filter?: string;
          max_rows?: number;
          search?: string;
          sort?: string;
        };
        Returns: {
          ask_count: number;
          claimed_by: string;
          claimed_by_name: string;
          escalated_at: string;
          escalation_id: string;
          escalation_number: number;
          escalation_status: Database['public']['Enums']['escalation_status'];
          escalation_trigger: Database['public']['Enums']['escalation_trigger'];
          escalation_version: number;
          found_in: string;
          due_at: string;
          warn_at: string;
          is_resolve_due: boolean;
          due_order_at: string;
          handled_by: string;
          id: string;
          language: string;
          last_activity_at: string;
          last_message_at: string;
          last_message_preview: string;
          last_message_role: Database['public']['Enums']['message_role'];
          message_count: number;
          page_path: string;
          question: string;
          reference: string;
          resolved_at: string;
          session_id: string;
          unread_count: number;
          version: number;
          visitor_email: string;
          visitor_name: string;
        }[];
      };
      mail_context: { Args: { p_message_id: string; p_token_hashes: string[] }; Returns: Json };
      maintain: { Args: Record<PropertyKey, never>; Returns: Json };
      mark_unread: { Args: { conversation_id: string }; Returns: Json };
      my_chatbots: {
        Args: Record<PropertyKey, never>;
        Returns: {
          accent_color: string;
          asked_last_days: number;
          at_work: string[];
          created_at: string;
          id: string;
          is_set_up: boolean;
          name: string;
          oldest_open_at: string;
          open_count: number;
          role: Database['public']['Enums']['member_role'];
        }[];
      };
      my_topic: { Args: { chatbot_id: string }; Returns: string };
      my_unseen_cases: { Args: never; Returns: Json };
      my_zone: { Args: { device_time_zone?: string }; Returns: Json };
      next_due: { Args: { p_within_seconds: number }; Returns: number };
      open_case: { Args: { conversation_id: string }; Returns: Json };
      ping_health: { Args: { chatbot_id: string; nonce: string }; Returns: string };
      ping_project_health: { Args: { p_nonce: string }; Returns: undefined };
      preview_alerts: { Args: { chatbot_id: string; settings: Json }; Returns: Json };
      preview_office_hours: { Args: { chatbot_id: string; hours: Json }; Returns: Json };
      project_health: { Args: Record<PropertyKey, never>; Returns: Json };
      proof_key: { Args: never; Returns: Json };
      proof_keys: { Args: never; Returns: Json };
      push_public_key: { Args: never; Returns: string };
      push_test: { Args: { delivery_id: string }; Returns: Json };
      read_act: { Args: { p_act: string; p_delivery_id: string; p_token: string }; Returns: Json };
      read_bot: { Args: { chatbot_id: string }; Returns: Json };
      read_case: { Args: { conversation_id: string }; Returns: Json };
      read_invite: { Args: { token: string }; Returns: Json };
      read_messages: {
        Args: { after_seq?: number; before_seq?: number; conversation_id: string; max_rows?: number };
        Returns: {
          answer_id: string;
          author_id: string;
          author_name: string;
          created_at: string;
          event: string;
          feedback: string;
          followups: string[];
          id: string;
          mail: Json;
          receipt: Json;
          role: Database['public']['Enums']['message_role'];
          seq: number;
          suggest_human: boolean;
          text: string;
          via: Database['public']['Enums']['message_via'];
        }[];
      };
      read_seals: { Args: { chatbot_id: string; most?: number }; Returns: Json };
      receive_mail: { Args: { p_mail: Json; p_token_hashes: string[] }; Returns: string };
      reconciliation: { Args: { chatbot_id: string; days?: number }; Returns: Json };
      record_export: {
        Args: { chatbot_id: string; conversation_id: string; kind: string; row_count: number };
        Returns: undefined;
      };
      record_list_export: { Args: { chatbot_id: string; conversation_ids: string[] }; Returns: undefined };
      record_postmark_event: { Args: { p_event: Json }; Returns: boolean };
      record_sweep: { Args: { p_kind?: string }; Returns: undefined };
      redeliver: { Args: { delivery_id: string }; Returns: Json };
      redeliver_failed: { Args: { endpoint_id: string; since?: string }; Returns: number };
      release_escalation: { Args: { escalation_id: string }; Returns: Json };
      remove_channel: { Args: { id: string }; Returns: undefined };
      remove_member: { Args: { chatbot_id: string; user_id: string }; Returns: undefined };
      remove_push_device: { Args: { id: string }; Returns: undefined };
      rename_push_device: { Args: { id: string; label: string }; Returns: undefined };
      reopen_escalation: { Args: { escalation_id: string; expected_version?: number }; Returns: Json };
      reply_not_me: { Args: { p_token_hash: string }; Returns: undefined };
      resolve_escalation: { Args: { escalation_id: string; expected_version?: number }; Returns: Json };
      resolve_many: { Args: { escalation_ids: string[]; expected_versions?: number[] }; Returns: Json };
      revoke_api_key: { Args: { id: string }; Returns: undefined };
      rotate_webhook_secret: { Args: { id: string }; Returns: Json };
      save_alerts: { Args: { chatbot_id: string; settings: Json }; Returns: Json };
      save_answer: {
        Args: { answer: string; chatbot_id: string; id: string; is_enabled?: boolean; question: string };
        Returns: string;
      };
      save_appearance: { Args: { chatbot_id: string; settings: Json }; Returns: Json };
      save_bot: { Args: { bot: Json; chatbot_id: string }; Returns: Json };
      save_canned_reply: {
        Args: { body: string; chatbot_id: string; id: string; shortcut: string };
        Returns: string;
      };
      save_channel: { Args: { channel: Json; chatbot_id: string }; Returns: Json };
      save_followup_buttons: { Args: { buttons: Json; chatbot_id: string }; Returns: Json };
      save_human_support: {
        Args: { chatbot_id: string; recipients?: string[]; settings?: Json };
        Returns: Json;
      };
      save_intent_phrases: {
        Args: { chatbot_id: string; language: string; phrases: string[] };
        Returns: Json;
      };
      save_lead_form: { Args: { chatbot_id: string; form: Json }; Returns: Json };
      save_member_alerts: {
        Args: { chatbot_id: string; gets_alerts: boolean; user_id: string };
        Returns: undefined;
      };
      save_office_hours: { Args: { chatbot_id: string; hours: Json }; Returns: Json };
      save_profile: { Args: { profile: Json }; Returns: Json };
      save_push_device: { Args: { device: Json }; Returns: Json };
      save_quiet_hours: { Args: { quiet_hours: Json }; Returns: Json };
      save_replies: { Args: { chatbot_id: string; settings: Json }; Returns: Json };
      save_targets: { Args: { chatbot_id: string; settings: Json }; Returns: Json };
      search_answers: {
        Args: { chatbot_id: string; language?: string; query: string };
        Returns: {
          answer: string;
          answer_id: string;
          is_confident: boolean;
          question: string;
          score: number;
        }[];
      };
      send_reply: {
        Args: { conversation_id: string; id: string; seen_seq?: number; text: string };
        Returns: Json;
      };
      send_test_event: { Args: { endpoint_id: string }; Returns: Json };
      sender_health: { Args: Record<PropertyKey, never>; Returns: Json };
      set_member_role: {
        Args: { chatbot_id: string; role: Database['public']['Enums']['member_role']; user_id: string };
        Returns: undefined;
      };
      sign_seal: {
        Args: { p_chatbot_id: string; p_key_id: string; p_number: number; p_signature: string };
        Returns: undefined;
      };
      time_zones: { Args: never; Returns: string[] };
      transfer_chatbot: { Args: { chatbot_id: string; user_id: string }; Returns: undefined };
      triage_charts: { Args: { chatbot_id: string; days?: number; time_zone?: string }; Returns: Json };
      triage_overview: {
        Args: {
          chatbot_id: string;
          days?: number;
          filter?: string;
          max_rows?: number;
          search?: string;
          sort?: string;
        };
        Returns: Json;
      };
      triage_stats: { Args: { chatbot_id: string; days?: number }; Returns: Json };
      try_alerts: { Args: { chatbot_id: string }; Returns: Json };
      try_channel: { Args: { id: string }; Returns: Json };
      try_intent_phrases: {
        Args: { chatbot_id: string; language: string; phrases: string[]; said: string };
        Returns: Json;
      };
      try_push_device: { Args: { id: string }; Returns: Json };
      undo_resolve: { Args: { escalation_id: string }; Returns: Json };
      undo_resolve_many: { Args: { escalation_ids: string[] }; Returns: Json };
      unsigned_seals: { Args: never; Returns: Json };
      update_webhook_endpoint: { Args: { changes: Json; id: string }; Returns: Json };
      widget_config: { Args: { p_chatbot_id: string; p_origin: string }; Returns: Json };
      widget_escalate: {
        Args: {
          p_lead: Json;
          p_message_id: string;
          p_origin: string;
          p_request_id: string;
          p_tapped_at: string;
          p_token_hash: string;
          p_trigger: Database['public']['Enums']['escalation_trigger'];
        };
        Returns: Json;
      };
      widget_feedback: {
        Args: { p_message_id: string; p_origin: string; p_token_hash: string; p_value: string };
        Returns: undefined;
      };
      widget_post_message: {
        Args: { p_client: string; p_id: string; p_origin: string; p_text: string; p_token_hash: string };
        Returns: Json;
      };
      widget_read: { Args: { p_after: number; p_origin: string; p_token_hash: string }; Returns: Json };
      widget_resume: {
        Args: {
          p_chatbot_id: string;
          p_client: string;
          p_origin: string;
          p_resume_hash: string;
          p_token_hash: string;
        };
        Returns: Json;
      };
      widget_save_lead: {
        Args: { p_lead: Json; p_origin: string; p_token_hash: string };
        Returns: undefined;
      };
      widget_seen: {
        Args: { p_read_seq: number; p_token_hash: string; p_typing: boolean };
        Returns: undefined;
      };
      widget_start_session: {
        Args: {
          p_chatbot_id: string;
          p_client: string;
          p_language: string;
          p_origin: string;
          p_page_url: string;
          p_to_escalate?: boolean;
          p_token_hash: string;
          p_user_agent: string;
        };
        Returns: Json;
      };
      widget_store_reply: {
        Args: {
          p_answer_id: string;
          p_followups: string[];
          p_id: string;
          p_in_reply_to: string;
          p_suggest_human: boolean;
          p_text: string;
          p_token_hash: string;
        };
        Returns: Json;
      };
      withdraw_invite: { Args: { id: string }; Returns: undefined };
      zones_in_use: { Args: { device_time_zone?: string }; Returns: Json };
    };
    Enums: {
      alert_clock: 'always' | 'office_hours';
      alert_means: 'both' | 'mail' | 'push';
      alert_target: 'recipients' | 'owner' | 'member' | 'channel';
      bot_kind: 'built_in' | 'openai';
      channel_kind:
        'slack' | 'teams' | 'discord' | 'google_chat' | 'mattermost' | 'telegram' | 'ntfy' | 'pagerduty';
      delivery_kind: 'email' | 'webhook' | 'channel' | 'push';
      delivery_purpose:
        | 'alert'
        | 'reminder'
        | 'contact'
        | 'assigned'
        | 'mentioned'
        | 'reply'
        | 'reply_bounced'
        | 'event'
        | 'summary'
        | 'digest'
        | 'notice'
        | 'test'
        | 'invite'
        | 'acknowledge'
        | 'resolve';
      delivery_status: 'queued' | 'sent' | 'delivered' | 'bounced' | 'complained' | 'skipped' | 'failed';
      escalation_status: 'open' | 'resolved';
      escalation_trigger: 'inline_cta' | 'followup_button' | 'compact_link' | 'intent' | 'api' | 'mail';
      event_type:
        | 'conversation.started'
        | 'message.received'
        | 'message.sent'
        | 'lead.captured'
        | 'conversation.escalated'
        | 'escalation.asked_again'
        | 'escalation.opened'
        | 'escalation.claimed'
        | 'escalation.released'
        | 'escalation.assigned'
        | 'reply.sent'
        | 'reply.read'
        | 'reply.fetched'
        | 'reply.unreachable'
        | 'reply.refused'
        | 'note.added'
        | 'conversation.resolved'
        | 'resolve.undone'
        | 'conversation.reopened'
        | 'conversation.handed_back'
        | 'conversation.exported'
        | 'mail.sent'
        | 'mail.delivered'
        | 'mail.bounced'
        | 'mail.complained'
        | 'mail.skipped'
        | 'mail.failed'
        | 'mail.set_aside'
        | 'webhook.delivered'
        | 'webhook.retried'
        | 'webhook.failed'
        | 'webhook.skipped'
        | 'channel.sent'
        | 'channel.delivered'
        | 'channel.skipped'
        | 'channel.failed'
        | 'push.sent'
        | 'push.skipped'
        | 'push.failed'
        | 'settings.changed'
        | 'member.changed'
        | 'member.removed'
        | 'endpoint.disabled'
        | 'channel.disabled'
        | 'test.sent';
      followup_button_type: 'message' | 'link' | 'escalate';
      inbound_mail_status: 'taken' | 'unverified' | 'machine' | 'held' | 'refused';
      intent_mode: 'off' | 'offer' | 'escalate';
      lead_timing: 'off' | 'before_chat' | 'before_escalation' | 'after_escalation';
      member_role: 'owner' | 'admin' | 'agent';
      message_role: 'visitor' | 'assistant' | 'agent' | 'system';
      message_via: 'widget' | 'api' | 'desk' | 'mail';
      reply_status: 'waiting' | 'read' | 'fetched' | 'mailed' | 'delivered' | 'bounced' | 'unreachable';
      widget_position: 'left' | 'right';
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      alert_clock: ['always', 'office_hours'],
      alert_means: ['both', 'mail', 'push'],
      alert_target: ['recipients', 'owner', 'member', 'channel'],
      bot_kind: ['built_in', 'openai'],
      channel_kind: [
        'slack',
        'teams',
        'discord',
        'google_chat',
        'mattermost',
        'telegram',
        'ntfy',
        'pagerduty',
      ],
      delivery_kind: ['email', 'webhook', 'channel', 'push'],
      delivery_purpose: [
        'alert',
        'reminder',
        'contact',
        'assigned',
        'mentioned',
        'reply',
        'reply_bounced',
        'event',
        'summary',
        'digest',
        'notice',
        'test',
        'invite',
        'acknowledge',
        'resolve',
      ],
      delivery_status: ['queued', 'sent', 'delivered', 'bounced', 'complained', 'skipped', 'failed'],
      escalation_status: ['open', 'resolved'],
      escalation_trigger: ['inline_cta', 'followup_button', 'compact_link', 'intent', 'api', 'mail'],
      event_type: [
        'conversation.started',
        'message.received',
        'message.sent',
        'lead.captured',
        'conversation.escalated',
        'escalation.asked_again',
        'escalation.opened',
        'escalation.claimed',
        'escalation.released',
        'escalation.assigned',
        'reply.sent',
        'reply.read',
        'reply.fetched',
        'reply.unreachable',
        'reply.refused',
        'note.added',
        'conversation.resolved',
        'resolve.undone',
        'conversation.reopened',
        'conversation.handed_back',
        'conversation.exported',
        'mail.sent',
        'mail.delivered',
        'mail.bounced',
        'mail.complained',
        'mail.skipped',
        'mail.failed',
        'mail.set_aside',
        'webhook.delivered',
        'webhook.retried',
        'webhook.failed',
        'webhook.skipped',
        'channel.sent',
        'channel.delivered',
        'channel.skipped',
        'channel.failed',
        'push.sent',
        'push.skipped',
        'push.failed',
        'settings.changed',
        'member.changed',
        'member.removed',
        'endpoint.disabled',
        'channel.disabled',
        'test.sent',
      ],
      followup_button_type: ['message', 'link', 'escalate'],
      inbound_mail_status: ['taken', 'unverified', 'machine', 'held', 'refused'],
      intent_mode: ['off', 'offer', 'escalate'],
      lead_timing: ['off', 'before_chat', 'before_escalation', 'after_escalation'],
      member_role: ['owner', 'admin', 'agent'],
      message_role: ['visitor', 'assistant', 'agent', 'system'],
      message_via: ['widget', 'api', 'desk', 'mail'],
      reply_status: ['waiting', 'read', 'fetched', 'mailed', 'delivered', 'bounced', 'unreachable'],
      widget_position: ['left', 'right'],
    },
  },
} as const;
