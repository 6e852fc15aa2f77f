"""First schema: evidence, suggestions and decisions in tables of their own; full text over parts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The index reads its text from message_part, so that no text is stored twice; the triggers keep it true.
FULL_TEXT = (
    "CREATE VIRTUAL TABLE part_fts USING fts5("
    "heading, text, content='message_part', content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER part_fts_insert AFTER INSERT ON message_part BEGIN "
    "INSERT INTO part_fts(rowid, heading, text) VALUES (new.id, new.heading, new.text); END",
    "CREATE TRIGGER part_fts_delete AFTER DELETE ON message_part BEGIN "
    "INSERT INTO part_fts(part_fts, rowid, heading, text) VALUES ('delete', old.id, old.heading, old.text); END",
    "CREATE TRIGGER part_fts_update AFTER UPDATE ON message_part BEGIN "
    "INSERT INTO part_fts(part_fts, rowid, heading, text) VALUES ('delete', old.id, old.heading, old.text); "
    "INSERT INTO part_fts(rowid, heading, text) VALUES (new.id, new.heading, new.text); END",
)


def upgrade() -> None:
    """Make all tables."""
    op.create_table('blob',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pack', sa.Integer(), nullable=False),
    sa.Column('offset', sa.Integer(), nullable=False),
    sa.Column('stored', sa.Integer(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index(op.f('ix_blob_kind'), 'blob', ['kind'], unique=False)
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_decision_subject'), 'decision', ['subject'], unique=False)
    op.create_table('event',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('modality', sa.String(), nullable=False),
    sa.Column('date', sa.Date(), nullable=True),
    sa.Column('date_end', sa.Date(), nullable=True),
    sa.Column('precision', sa.String(), nullable=False),
    sa.Column('date_basis', sa.String(), nullable=False),
    sa.Column('learned_date', sa.Date(), nullable=True),
    sa.Column('decided_date', sa.Date(), nullable=True),
    sa.Column('asserted_by', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('services', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('disputed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_event_date'), 'event', ['date'], unique=False)
    op.create_index(op.f('ix_event_kind'), 'event', ['kind'], unique=False)
    op.create_table('failure',
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('stage', 'key')
    )
    op.create_table('folder_state',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.Integer(), nullable=False),
    sa.Column('uidnext', sa.Integer(), nullable=False),
    sa.Column('highestmodseq', sa.Integer(), nullable=True),
    sa.Column('exists', sa.Integer(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('synced_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('source', 'folder')
    )
    op.create_table('gap',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('trigger', sa.String(), nullable=False),
    sa.Column('opened', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('closed', sa.Date(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('citation', sa.String(), nullable=False),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('lease',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('mailbox_state',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('last_success', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_failure', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('remedy', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('source')
    )
    op.create_table('meta',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('party',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('addresses', sa.String(), nullable=False),
    sa.Column('phones', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('decides', sa.Boolean(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('calendar_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['key'], ['blob.key'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_calendar_day_key'), 'calendar_day', ['key'], unique=False)
    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('duration_s', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['key'], ['blob.key'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_call_key'), 'call', ['key'], unique=False)
    op.create_index(op.f('ix_call_started_at'), 'call', ['started_at'], unique=False)
    op.create_table('copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('source_kind', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('server', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.Integer(), nullable=False),
    sa.Column('uid', sa.Integer(), nullable=False),
    sa.Column('member', sa.String(), nullable=False),
    sa.Column('internal_date', sa.DateTime(timezone=True), nullable=True),
    sa.Column('flags', sa.String(), nullable=False),
    sa.Column('labels', sa.String(), nullable=False),
    sa.Column('gmail_message_id', sa.Integer(), nullable=True),
    sa.Column('gmail_thread_id', sa.Integer(), nullable=True),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('production', sa.String(), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['key'], ['blob.key'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('source_kind', 'source', 'folder', 'uidvalidity', 'uid', 'member', 'key')
    )
    op.create_index(op.f('ix_copy_key'), 'copy', ['key'], unique=False)
    op.create_table('event_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.String(), nullable=False),
    sa.Column('message_key', sa.String(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('quote', sa.String(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('asserted_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_event_evidence_event_id'), 'event_evidence', ['event_id'], unique=False)
    op.create_index(op.f('ix_event_evidence_message_key'), 'event_evidence', ['message_key'], unique=False)
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('medium', sa.String(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('in_reply_to', sa.String(), nullable=False),
    sa.Column('refs', sa.String(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('utc_offset_minutes', sa.Integer(), nullable=True),
    sa.Column('date_source', sa.String(), nullable=False),
    sa.Column('from_name', sa.String(), nullable=False),
    sa.Column('from_address', sa.String(), nullable=False),
    sa.Column('recipients', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('duplicate_of', sa.String(), nullable=True),
    sa.Column('list_id', sa.String(), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('defects', sa.String(), nullable=False),
    sa.Column('reader_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['key'], ['blob.key'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index(op.f('ix_message_duplicate_of'), 'message', ['duplicate_of'], unique=False)
    op.create_index(op.f('ix_message_from_address'), 'message', ['from_address'], unique=False)
    op.create_index(op.f('ix_message_message_id'), 'message', ['message_id'], unique=False)
    op.create_index(op.f('ix_message_sent_at'), 'message', ['sent_at'], unique=False)
    op.create_index('ix_message_thread', 'message', ['thread'], unique=False)
    op.create_table('extraction',
    sa.Column('message_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('message_id')
    )
    op.create_table('mention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('message_key', sa.String(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('quote', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('modality', sa.String(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('happened_until', sa.Date(), nullable=True),
    sa.Column('precision', sa.String(), nullable=False),
    sa.Column('date_basis', sa.String(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('actor_side', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('services', sa.String(), nullable=False),
    sa.Column('asserted_by', sa.String(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('extractor', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('learned_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_mention_message_id'), 'mention', ['message_id'], unique=False)
    op.create_table('message_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('heading', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('message_id', 'position')
    )
    op.create_index(op.f('ix_message_part_message_id'), 'message_part', ['message_id'], unique=False)
    op.create_table('tombstone',
    sa.Column('copy_id', sa.Integer(), nullable=False),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['copy_id'], ['copy.id'], ),
    sa.PrimaryKeyConstraint('copy_id')
    )
    op.create_table('zone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('author_name', sa.String(), nullable=False),
    sa.Column('author_address', sa.String(), nullable=False),
    sa.Column('written_at', sa.String(), nullable=False),
    sa.Column('source_key', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['part_id'], ['message_part.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_zone_part_id'), 'zone', ['part_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for statement in FULL_TEXT:
            op.execute(statement)
